"""One line per access to BigQuery and Cloud Storage, in the cloud or in a folder."""
