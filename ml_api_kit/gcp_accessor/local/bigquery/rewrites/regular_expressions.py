"""REGEXP_EXTRACT, REGEXP_EXTRACT_ALL and REGEXP_REPLACE: one group, NULL without a match."""

from __future__ import annotations

import re

from sqlglot import exp

from ml_api_kit.gcp_accessor.local.bigquery.errors import invalid_query, unsupported
from ml_api_kit.gcp_accessor.local.bigquery.nodes import call, literal_text, number, text

NODES = (exp.RegexpExtract, exp.RegexpExtractAll, exp.RegexpReplace)

# A group that may be left out of a match answers NULL in BigQuery and '' in DuckDB.
_OPTIONAL_GROUP = re.compile(r"\)[?*{]|\|")
# Every pattern that can match nothing does so somewhere in here.
_PROBE = "\n a1.Z_é\t"


def rewrite(node: exp.Expr) -> exp.Expr:
    """The call with the group that BigQuery would give."""
    if isinstance(node, exp.RegexpReplace):
        return call(
            "regexp_replace", node.this, node.expression, node.args["replacement"], text("g")
        )
    pattern = literal_text(node.expression)
    if pattern is None:
        raise unsupported("a regular expression that is not a constant")
    group = _group(pattern)
    is_all = isinstance(node, exp.RegexpExtractAll)
    if is_all and any(not found[0] for found in re.finditer(pattern, _PROBE)):
        # DuckDB counts the empty match behind the last character too.
        raise unsupported(f"REGEXP_EXTRACT_ALL with {pattern!r}, which matches the empty text")
    function = "regexp_extract_all" if is_all else "bq_regexp_extract"
    return call(function, node.this, text(pattern), number(group))


def _group(pattern: str) -> int:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise unsupported(f"the regular expression {pattern!r}: {error}") from error
    if groups > 1:
        raise invalid_query(f"Regular expression has more than 1 capturing group: {pattern}")
    if groups and _OPTIONAL_GROUP.search(pattern):
        raise unsupported(f"a capturing group that may be left out, in {pattern!r}")
    return groups
