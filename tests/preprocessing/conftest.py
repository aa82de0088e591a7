from hypothesis import settings

# pandas is slow on its first table, and a busy machine on any: a time limit for each would fail at
# random.
settings.register_profile("tables", deadline=None, max_examples=60)
settings.load_profile("tables")
