"""The database: tables, stores, transactions and migrations."""
