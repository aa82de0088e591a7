"""Datasets, tables, views and routines, as the database keeps them."""
