"""What pytest leaves out when it looks for tests and doctests."""

# Importing these replaces parts of the standard library (gevent), so only the process that locust
# runs in may do so; looking for their doctests would do it to the process of all other tests.
collect_ignore = ["ml_api_kit/loadtest/user.py", "ml_api_kit/loadtest/locust_process.py"]
