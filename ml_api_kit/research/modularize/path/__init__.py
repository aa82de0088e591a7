"""The request path: what is done to the rows, from the source to the model, as lines of pandas.

1. needed:  the events that the model's input depends on, through rows alone
2. live:    for each frame among them the columns that the model's input depends on
3. written: the events in order, each as a line or as a part of one; what was learned is a name

    X = df[["age", "rent"]].dropna()
    X["age"] /= X["age"].max()           df["age"] = df["age"] / age_max
    model.fit(X, y)                      features = df[["age", "rent"]]

Loops are unrolled and functions inlined by this, since an event is what happened, not what was
written; selections of rows (splits, filters, samples) vanish.
"""

from ml_api_kit.research.modularize.path.request_path import Line, RequestPath
from ml_api_kit.research.modularize.path.writer import write_path

__all__ = ["Line", "RequestPath", "write_path"]
