"""Lists objects: by prefix, grouped by a delimiter, in pages, in the order of UTF-8 bytes.

Source: https://cloud.google.com/storage/docs/json_api/v1/objects/list
"""

from __future__ import annotations

import base64
import binascii
import heapq
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ml_api_kit.gcp_accessor.local.storage.buckets import MANAGED_FOLDER, require_bucket
from ml_api_kit.gcp_accessor.local.storage.conditions import is_true, whole_number
from ml_api_kit.gcp_accessor.local.storage.contexts import ContextFilter, context_filter
from ml_api_kit.gcp_accessor.local.storage.globs import glob_pattern
from ml_api_kit.gcp_accessor.local.storage.records import ObjectRecord
from ml_api_kit.gcp_accessor.local.storage.retention import with_expiration
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid, unsupported

_MOST_RESULTS = 1000
# No name that starts with a prefix sorts behind the prefix followed by the largest character.
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What is listed; `after` is the last entry of the page before, None on the first."""

    prefix: str = ""
    delimiter: str = ""
    start_offset: str = ""
    end_offset: str = ""
    glob: re.Pattern[str] | None = None
    context: ContextFilter | None = None
    is_versions: bool = False
    is_deleted: bool = False
    is_trailing_delimiter: bool = False
    has_folders: bool = False
    most_results: int = _MOST_RESULTS
    after: tuple[str, int] | None = None


@dataclass(slots=True)
class Page:
    """One page: the objects, the prefixes, and the token of the next page if there is one."""

    items: list[ObjectRecord] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    next_token: str | None = None


def list_query(query: Mapping[str, str]) -> ListQuery:
    """The listing that a query string asks for.

    Raises StorageApiError: 400 for a number, a token or a pattern that is none, 501 for a filter.

    >>> list_query({"prefix": "a/", "maxResults": "5"}).most_results
    5
    """
    if is_true(query, "versions") and is_true(query, "softDeleted"):
        raise invalid("A listing has either versions or what is soft-deleted.")
    most = whole_number(query, "maxResults")
    token = query.get("pageToken")
    return ListQuery(
        prefix=query.get("prefix", ""),
        delimiter=query.get("delimiter", ""),
        start_offset=query.get("startOffset", ""),
        end_offset=query.get("endOffset", ""),
        glob=glob_pattern(query["matchGlob"]) if query.get("matchGlob") else None,
        context=context_filter(query["filter"]) if query.get("filter") else None,
        is_versions=is_true(query, "versions"),
        is_deleted=is_true(query, "softDeleted"),
        has_folders=is_true(query, "includeFoldersAsPrefixes"),
        is_trailing_delimiter=is_true(query, "includeTrailingDelimiter"),
        most_results=min(most or _MOST_RESULTS, _MOST_RESULTS),
        after=list_position(token) if token else None,
    )


def list_objects(store: Store, bucket: str, query: ListQuery) -> Page:
    """One page of the bucket.

    Raises StorageApiError: 404 for no such bucket, 501 for folders that are no prefixes.
    """
    page = Page()
    last: tuple[str, int] | None = None
    with store.index.transaction():
        holder = require_bucket(store, bucket)
        if query.has_folders and holder.is_hierarchical:
            raise unsupported("folders of hierarchical namespaces")
        for entry in _with_folders(store, bucket, query, _entries(store, bucket, query)):
            if last is not None and len(page.items) + len(page.prefixes) >= query.most_results:
                page.next_token = _token(last)
                break
            if isinstance(entry, str):
                page.prefixes.append(entry)
                last = (entry + LAST, 0)
            else:
                page.items.append(with_expiration(holder, entry))
                last = (entry.name, entry.generation)
    return page


def _with_folders(
    store: Store, bucket: str, query: ListQuery, entries: Iterator[ObjectRecord | str]
) -> Iterator[ObjectRecord | str]:
    """The entries with the managed folders among them, where these are asked for as prefixes."""
    if not query.has_folders or query.delimiter != "/":
        yield from entries
        return
    groups = {
        _group(folder["name"], query)
        for folder in store.index.documents.all(MANAGED_FOLDER, bucket)
        if folder["name"].startswith(query.prefix)
    }
    begin = max((query.start_offset, -1), query.after or ("", -1))
    wanted = [
        group
        for group in groups
        if group and (group + LAST, 0) > begin and _is_before_end(group, query)
    ]
    before = None
    for entry in heapq.merge(sorted(wanted), entries, key=_name):
        # A prefix of objects may be a managed folder too.
        if not (isinstance(entry, str) and entry == before):
            yield entry
        before = entry if isinstance(entry, str) else before


def _name(entry: ObjectRecord | str) -> str:
    return entry if isinstance(entry, str) else entry.name


def _entries(store: Store, bucket: str, query: ListQuery) -> Iterator[ObjectRecord | str]:
    position = max((query.prefix, -1), (query.start_offset, -1), query.after or ("", -1))
    table = store.index.trash if query.is_deleted else store.index
    while batch := table.objects_after(bucket, position):
        for record in batch:
            if not _is_before_end(record.name, query):
                return
            position = (record.name, record.generation)
            if not _is_wanted(record, query):
                continue
            group = _group(record.name, query)
            if group is None:
                yield record
                continue
            yield group
            if query.is_trailing_delimiter and record.name == group:
                yield record
            position = (group + LAST, 0)
            break


def _is_before_end(name: str, query: ListQuery) -> bool:
    if query.end_offset and name.encode() >= query.end_offset.encode():
        return False
    # Names are in order: the first one without the prefix is behind all that have it.
    return name.startswith(query.prefix) or name < query.prefix


def _is_wanted(record: ObjectRecord, query: ListQuery) -> bool:
    return (
        (record.is_live or query.is_versions or query.is_deleted)
        and (query.glob is None or query.glob.fullmatch(record.name) is not None)
        and (query.context is None or query.context.takes(record.fields))
    )


def _group(name: str, query: ListQuery) -> str | None:
    if not query.delimiter:
        return None
    head, found, _ = name[len(query.prefix) :].partition(query.delimiter)
    return query.prefix + head + found if found else None


def _token(position: tuple[str, int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def list_position(token: str) -> tuple[str, int]:
    """The last entry of the page that gave a token.

    Raises StorageApiError: 400 for a token that no page gave.
    """
    try:
        name, generation = json.loads(base64.urlsafe_b64decode(token))
        if isinstance(name, str) and isinstance(generation, int) and generation < 1 << 63:
            name.encode()
            return name, generation
    except (binascii.Error, ValueError, TypeError):
        pass
    raise invalid("Invalid value for pageToken.")
