"""What a client of BigQuery may do, each a case that is run; the table of the docs is theirs.

One module per group, whose docstring is its name. A case is a function with one docstring, its
title; `refused` marks what the local BigQuery has not, and says so.
"""
