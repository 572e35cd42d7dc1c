"""The database adapter: tables, stores, transactions and migrations."""
