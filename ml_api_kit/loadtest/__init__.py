"""What an API bears: payloads drawn from its schema, thresholds, a report."""
