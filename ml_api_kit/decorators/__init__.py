"""Guards of a request, for any Flask application."""
