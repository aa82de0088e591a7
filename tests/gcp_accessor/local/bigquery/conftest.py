import pytest

# What a failed case found is told as in a test.
pytest.register_assert_rewrite("tests.gcp_accessor.local.bigquery.conformance")
