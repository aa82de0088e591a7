"""A verdict on a query as the lines that a person reads."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.gcp_accessor.googlesql.comparison import Verdict


def verdict_lines(verdict: Verdict) -> Iterator[str]:
    """The lines: whether the query is valid, its answer, and what the local BigQuery makes of it.

    >>> list(verdict_lines(Verdict(unknown="the query reads the table t")))
    ["Google's evaluator cannot tell: the query reads the table t"]
    """
    if verdict.unknown is not None:
        yield f"Google's evaluator cannot tell: {verdict.unknown}"
        return
    yield f"GoogleSQL: {'valid' if verdict.is_valid else 'not valid'}"
    if verdict.answer is None:
        yield f"Google's evaluator fails: {verdict.error}"
    else:
        yield "Google's evaluator:"
        names = [name or f"f{i}_" for i, name in enumerate(verdict.answer.names)]
        for row in [names, *verdict.answer.rows]:
            yield "  " + "  ".join(map(_cell_text, row))
    if verdict.is_equal and verdict.answer is not None:
        yield "The local BigQuery answers the same."
    elif verdict.local_error is not None:
        yield f"The local BigQuery fails: {verdict.local_error}"
    else:
        yield f"The local BigQuery answers otherwise: {verdict.local_rows}"


def _cell_text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_cell_text, value)) + "]"
    return "NULL" if value is None else str(value)
