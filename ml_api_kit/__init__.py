"""Turns research code into machine-learning APIs that answer as the research code did.

Importing this package imports none of its heavy parts: each sub-package loads what it needs when it
is itself imported (Flask in `decorators` and `serving`, google-cloud in `gcp_accessor`, and so on).
"""

__version__ = "0.1.0"
