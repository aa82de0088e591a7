"""Queries for every group of functions that BigQuery documents, with their recorded answers."""
