"""Turns a glob pattern for object names into a regular expression."""

from __future__ import annotations

import re

from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid

# Longer patterns, or more of these wildcards, would let one request search for minutes.
_MOST_CHARACTERS = 1024
_MOST_WILDCARDS = 16

_TOKEN = re.compile(
    r"(?P<folders>\*\*/)|(?P<any>\*\*)|(?P<star>\*)|(?P<question>\?)"
    r"|\[(?P<negation>!?)(?P<set>[^\]]+)\]|\{(?P<choices>[^{}]*)\}|\\(?P<escaped>.)|(?P<other>.)",
    re.DOTALL,
)


def glob_pattern(glob: str) -> re.Pattern[str]:
    """The regular expression that fully matches the names that `glob` matches.

    `*` and `?` stop at slashes, `**` does not, `**/` is any number of folders, `[a-z]` and `[!a-z]`
    are sets, `{a,b}` is a choice.

    Raises StorageApiError: 400 for a set that is no set, and for a pattern that is too long.

    Source: https://cloud.google.com/storage/docs/json_api/v1/objects/list#list-objects-and-prefixes-using-glob

    >>> bool(glob_pattern("data/**/*.{csv,json}").fullmatch("data/2024/a.csv"))
    True
    """
    if len(glob) > _MOST_CHARACTERS or glob.count("*") + glob.count("{") > _MOST_WILDCARDS:
        raise invalid("matchGlob is longer, or has more wildcards, than the local one searches.")
    try:
        return re.compile("".join(_translated(token) for token in _TOKEN.finditer(glob)), re.DOTALL)
    except re.error as error:
        raise invalid(f"Invalid matchGlob: {error}.") from error


def _translated(token: re.Match[str]) -> str:
    if token["folders"]:
        return "(?:.*/)?"
    if token["any"]:
        return ".*"
    if token["star"]:
        return "[^/]*"
    if token["question"]:
        return "[^/]"
    if token["set"]:
        content = token["set"].replace("\\", r"\\").replace("[", r"\[").replace("^", r"\^")
        return f"[{'^' if token['negation'] else ''}{content}]"
    if token["choices"] is not None:
        choices = token["choices"].split(",")
        inner = (("".join(_translated(part) for part in _TOKEN.finditer(one))) for one in choices)
        return f"(?:{'|'.join(inner)})"
    return re.escape(token["escaped"] or token["other"])
