"""A BigQuery and a Cloud Storage that live in a folder and speak the real protocols."""
