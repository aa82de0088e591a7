"""What a client of Cloud Storage may do, each a case that is run; the table of the docs is theirs.

One module per group, whose docstring is its name. A case is a function with one docstring, its
title; `refused` marks what the local Cloud Storage has not, and says so.
"""

import os

# Else gcsfs asks Google's servers over gRPC which kind of bucket it has, whatever its endpoint is.
os.environ["GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT"] = "false"
