"""Stores for paper books and their triggers."""
