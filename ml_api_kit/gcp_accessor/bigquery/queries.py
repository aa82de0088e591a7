"""Runs queries through the client, and reads their answers the fastest way there is."""

from __future__ import annotations

import concurrent.futures
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml_api_kit.errors import QueryError
from ml_api_kit.gcp_accessor.bigquery.arrow_rows import batch_rows, has_arrow_rows
from ml_api_kit.gcp_accessor.bigquery.left_queries import (
    cancelled_job_if_left,
    cancelled_query_if_left,
)
from ml_api_kit.gcp_accessor.bigquery.read_api import ReadApi, find_read_api, tell_fallback

if TYPE_CHECKING:
    from google.cloud import bigquery

# An answer that fits the first response of REST is read from it; beginning a stream costs more.
FIRST_ROWS = 10_000
_PROGRESS_EVERY_S = 1.0

# `Row.values()` copies every value deeply; a slice of the row is the tuple that it keeps.
_row_values = itemgetter(slice(None))


@dataclass(frozen=True, slots=True)
class QueryProgress:
    """How far a query is: for how long it has run, and how many of its parts are done.

    BigQuery knows the parts only once it has planned the query; both are 0 before.
    """

    job_id: str
    elapsed_s: float
    done_parts: int
    all_parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryOptions:
    """How a query is run; None for what the client does by itself."""

    timeout_s: float | None = None
    job_id: str | None = None
    job_id_prefix: str | None = None
    progress: Callable[[QueryProgress], None] | None = None


class Queries:
    """The queries of one client."""

    def __init__(self, client: bigquery.Client) -> None:
        """Run them by `client`."""
        self.client = client

    @cached_property
    def _read_api(self) -> ReadApi | None:
        return find_read_api(self.client)

    def run(self, query: str, config: Any, options: QueryOptions, *, page_rows: int | None) -> Any:
        """The client's iterator over the answer, whose first page is there.

        A query whose caller goes away, by Ctrl-C or after `timeout_s`, is cancelled.
        """
        with cancelled_query_if_left(self.client, query, config):
            if not (options.job_id or options.job_id_prefix or options.progress):
                return self.client.query_and_wait(
                    query, job_config=config, page_size=page_rows, **_limits(options.timeout_s)
                )
            # A job that has a name of its own cannot be run a second time under it.
            retried: dict[str, Any] = {"job_retry": None} if options.job_id else {}
            job = self.client.query(
                query,
                job_config=config,
                job_id=options.job_id,
                job_id_prefix=options.job_id_prefix,
                timeout=options.timeout_s,
                **retried,
            )
        with cancelled_job_if_left(job):
            return _waited(job, options, page_rows)

    def rows(self, answer: Any) -> list[list[Any]]:
        """All rows of an answer as lists."""
        return list(chain.from_iterable(self.row_batches(answer)))

    def row_batches(self, answer: Any) -> Iterator[list[list[Any]]]:
        """The rows of an answer in batches of any size, fetched while they are read."""
        fields = answer.schema
        batches = self._arrow_batches(answer) if has_arrow_rows(fields) else None
        if batches is None:
            for page in answer.pages:
                yield list(map(list, map(_row_values, page)))
            return
        for batch in batches:
            yield batch_rows(batch, fields)

    def arrow_table(self, answer: Any) -> Any:
        """The answer as one Arrow table."""
        import pyarrow as pa

        batches = self._arrow_batches(answer)
        if batches is None:
            return answer.to_arrow(create_bqstorage_client=False)
        return pa.Table.from_batches(batches)

    def _arrow_batches(self, answer: Any) -> Iterator[Any] | None:
        """The batches of the Read API, where the answer is large and there is one; else None."""
        is_large = answer.total_rows is not None and answer.total_rows > FIRST_ROWS
        if not is_large or answer.job_id is None or self._read_api is None:
            return None
        job: Any = self.client.get_job(
            answer.job_id, project=answer.project, location=answer.location
        )
        batches = self._read_api.batches(self.client, job.destination)
        from google.api_core.exceptions import Forbidden

        try:
            first = next(batches, None)
        except Forbidden as error:
            tell_fallback(error)
            self.__dict__["_read_api"] = None
            return None
        return batches if first is None else chain([first], batches)


def in_batches(batches: Iterator[list[Any]], count: int) -> Iterator[list[Any]]:
    """The same rows in batches of `count`, the last of them with what is left.

    >>> list(in_batches(iter([[1, 2, 3], [4], []]), 2))
    [[1, 2], [3, 4]]
    """
    rows = chain.from_iterable(batches)
    while batch := list(islice(rows, count)):
        yield batch


def query_text(query: str | Path) -> str:
    """The SQL itself, or that in a file.

    Raises QueryError: when there is no such file, when it is no text, or for neither of the two.
    """
    if isinstance(query, str):
        return _checked(query)
    if not isinstance(query, Path):
        raise QueryError(
            f"query is a {type(query).__name__}; give SQL as text, or the Path of a file of it."
        )
    try:
        return query.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise QueryError(f"{query} is no text in UTF-8 ({error}). Save it in UTF-8.") from error
    except OSError as error:
        raise QueryError(
            f"{query} cannot be read ({error.strerror}). Give the path of a file of SQL, such as"
            ' Path(__file__).with_name("answers.sql").'
        ) from error


def _checked(query: str) -> str:
    if query.endswith(".sql") and not any(map(str.isspace, query)):
        raise QueryError(f"query is {query!r}, the name of a file; give Path({query!r}).")
    if not query.isascii():
        try:
            query.encode()
        except UnicodeEncodeError as error:
            raise QueryError(
                f"The query is no text in UTF-8: character {error.start + 1} is half of one."
            ) from error
    return query


def _waited(job: Any, options: QueryOptions, page_rows: int | None) -> Any:
    begun_s = time.monotonic()
    while True:
        wait_s = options.timeout_s if options.progress is None else _PROGRESS_EVERY_S
        try:
            return job.result(page_size=page_rows, timeout=wait_s)
        except concurrent.futures.TimeoutError:
            elapsed_s = time.monotonic() - begun_s
            is_late = options.timeout_s is not None and elapsed_s >= options.timeout_s
            if options.progress is None or is_late:
                raise
            job.reload()
            options.progress(_progress(job, elapsed_s))


def _progress(job: Any, elapsed_s: float) -> QueryProgress:
    stages = job.query_plan
    done = sum(stage.completed_parallel_inputs or 0 for stage in stages)
    total = sum(stage.parallel_inputs or 0 for stage in stages)
    return QueryProgress(job.job_id, elapsed_s, done, total)


def _limits(timeout_s: float | None) -> dict[str, Any]:
    # Each of the client's layers waits by itself, so the outermost, the job's, repeats nothing.
    if timeout_s is None:
        return {}
    from google.cloud.bigquery.retry import DEFAULT_RETRY

    return {
        "api_timeout": timeout_s,
        "wait_timeout": timeout_s,
        "retry": DEFAULT_RETRY.with_timeout(timeout_s),
        "job_retry": None,
    }
