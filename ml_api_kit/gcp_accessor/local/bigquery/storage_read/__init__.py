"""BigQuery's Storage Read API: tables and answers as streams of Arrow record batches."""
