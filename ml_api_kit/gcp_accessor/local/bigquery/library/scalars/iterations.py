"""How often a recursive query has gone on, which BigQuery does 500 times at most."""

from __future__ import annotations

from collections import OrderedDict

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar

_MOST = 500
# No more queries than these run at once; what is known of earlier ones is forgotten.
_MOST_KNOWN = 1000
_counts: OrderedDict[tuple[int, int], int] = OrderedDict()


@scalar("py_count_iteration", "BOOLEAN", has_effects=True)
def count_iteration(place: int, query: int) -> bool:
    """True, once in each iteration of the recursive query in this place of a running query.

    Raises SqlError: in the first that BigQuery would not begin.

    Source: https://cloud.google.com/bigquery/quotas#query_jobs
    """
    count = _counts[place, query] = _counts.pop((place, query), 0) + 1
    if len(_counts) > _MOST_KNOWN:
        _counts.popitem(last=False)
    if count > _MOST:
        raise SqlError(f"A recursive CTE has reached the maximum number of iterations: {_MOST}.")
    return True
