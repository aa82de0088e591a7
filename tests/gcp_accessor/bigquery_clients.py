"""Google's own client of BigQuery, talking to a local server."""

from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery


def new_bigquery_client(url: str, *, project: str = "local") -> bigquery.Client:
    return bigquery.Client(
        project=project,
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": url},
    )
