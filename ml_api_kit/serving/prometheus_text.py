"""What was counted, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from ml_api_kit.decorators.request_counts import (
    BEYOND,
    BOUNDS_S,
    IN_FLIGHT,
    MODELS,
    REQUESTS,
    ROWS,
    WORKERS,
)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Series = dict[tuple[str, ...], tuple[float, ...]]

_LABELS = ("method", "route", "status")
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def to_prometheus_text(series: Series) -> str:
    """The text that Prometheus reads, of the `series` that `RequestCounts` keeps.

    Source: Prometheus, "Exposition formats", text format 0.0.4.

    >>> print(to_prometheus_text({("workers",): (2.0,)}).splitlines()[-1])
    mlapi_workers 2
    """
    return "".join(f"{line}\n" for family in _families(series) for line in family)


def _families(series: Series) -> Iterator[Iterable[str]]:
    requests = {key[1:]: values for key, values in series.items() if key[0] == REQUESTS}
    yield _family(
        "http_requests_total",
        "counter",
        "Requests answered.",
        ((dict(zip(_LABELS, key, strict=True)), sum(all_[:-1])) for key, all_ in requests.items()),
    )
    yield _durations(requests)
    yield _family(
        "http_requests_in_flight", "gauge", "Requests being answered.", _by(series, IN_FLIGHT)
    )
    yield _family(
        "http_requests_unlabelled_total",
        "counter",
        "Requests answered for which there was no room to count them by their labels.",
        (({}, sum(values[:-1])) for key, values in series.items() if key[0] == BEYOND),
    )
    yield _family(
        "mlapi_rows_answered_total", "counter", "Rows answered.", _by(series, ROWS, "route")
    )
    yield _family(
        "mlapi_models_loaded",
        "gauge",
        "Worker processes that have loaded the model.",
        _by(series, MODELS, "model"),
    )
    yield _family("mlapi_workers", "gauge", "Worker processes.", _by(series, WORKERS))


def _by(series: Series, name: str, *labels: str) -> Iterator[tuple[dict[str, str], float]]:
    for key, values in series.items():
        if key[0] == name:
            yield dict(zip(labels, key[1:], strict=True)), values[0]


def _family(
    name: str, kind: str, words: str, samples: Iterable[tuple[dict[str, str], float]]
) -> Iterator[str]:
    yield from _head(name, kind, words)
    for labels, value in samples:
        yield _sample(name, labels, value)


def _durations(requests: Series) -> Iterator[str]:
    # By method and route, whatever the status; that there are fewer of them keeps them readable.
    name = "http_request_duration_seconds"
    yield from _head(name, "histogram", "From the request's arrival until its answer was ready.")
    added: dict[tuple[str, ...], tuple[float, ...]] = {}
    for key, values in requests.items():
        before = added.get(key[:2], (0.0,) * len(values))
        added[key[:2]] = tuple(a + b for a, b in zip(before, values, strict=True))
    for place, (*classes, total_s) in added.items():
        labels = dict(zip(_LABELS[:2], place, strict=True))
        bounds = [*(_number(bound) for bound in BOUNDS_S), "+Inf"]
        counts = [*accumulate(classes)]
        for bound, count in zip(bounds, counts, strict=True):
            yield _sample(f"{name}_bucket", {**labels, "le": bound}, count)
        yield _sample(f"{name}_sum", labels, total_s)
        yield _sample(f"{name}_count", labels, counts[-1])


def _head(name: str, kind: str, words: str) -> Iterator[str]:
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} {kind}"


def _sample(name: str, labels: dict[str, str], value: float) -> str:
    pairs = ",".join(f'{label}="{text.translate(_ESCAPES)}"' for label, text in labels.items())
    return f"{name}{{{pairs}}} {_number(value)}" if pairs else f"{name} {_number(value)}"


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)
