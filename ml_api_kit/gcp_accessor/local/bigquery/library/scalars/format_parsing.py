"""CAST of a text to a date or time with FORMAT: `CAST('18-12-03' AS DATE FORMAT 'YY-MM-DD')`.

Numbers match fewer digits than their element has where something stands between them and the next
number. A year or month that the format has no element for is that of today, a day is the first.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.civil_formats import MONTHS
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.zones import moment

_DIGITS = {
    "YYYY": 5, "RRRR": 5, "YYY": 3, "YY": 2, "RR": 2, "Y": 1, "MM": 2, "DD": 2, "HH24": 2,
    "HH12": 2, "HH": 2, "MI": 2, "SS": 2, "SSSSS": 5, "TZM": 2,
} | {f"FF{digits}": digits for digits in range(1, 10)}  # fmt: skip
_OTHERS = {
    "Y,YYY": r"\d{1,2},\d{3}",
    "MONTH": "|".join(MONTHS),
    "MON": "|".join(name[:3] for name in MONTHS),
    "A.M.": r"[AP]\.M\.",
    "P.M.": r"[AP]\.M\.",
    "TZH": r"[-+ ]\d{2}",
}
_NOT_READ = ("DDD", "DAY", "DY", "D", "AM", "PM")
_CATEGORIES = {
    "YEAR": ("Y,YYY", "YYYY", "RRRR", "YYY", "YY", "RR", "Y"),
    "MONTH": ("MM", "MON", "MONTH"),
    "DAY": ("DD",),
    "HOUR": ("HH24", "HH12", "HH"),
    "MERIDIAN_INDICATOR": ("A.M.", "P.M."),
    "MINUTE": ("MI",),
    "SECOND": ("SS", "SSSSS"),
    "FRACTION": tuple(f"FF{digits}" for digits in range(1, 10)),
    "TIME_ZONE": ("TZH", "TZM"),
}
_CATEGORY_OF = {word: name for name, words in _CATEGORIES.items() for word in words}
_OF_DATES, _OF_ZONES = ("YEAR", "MONTH", "DAY"), ("TIME_ZONE",)
_REFUSED = {
    "DATE": tuple(name for name in _CATEGORIES if name not in _OF_DATES),
    "TIME": (*_OF_DATES, *_OF_ZONES),
    "DATETIME": _OF_ZONES,
    "TIMESTAMP": (),
}
_WORDS = sorted({*_DIGITS, *_OTHERS, *_NOT_READ}, key=len, reverse=True)
_ELEMENT = re.compile(
    rf"(?P<word>{'|'.join(map(re.escape, _WORDS))})|(?P<space>\s+)"
    r'|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<sign>[-./,\';:])',
    re.IGNORECASE,
)


def _elements(form: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(form):
        match = _ELEMENT.match(form, at)
        if match is None:
            raise SqlError(f"Cannot find matched format element at {at}")
        yield match
        at = match.end()


@lru_cache(maxsize=256)
def _pattern(form: str, kind: str) -> re.Pattern[str]:
    """What a text of the format looks like, with a group for each element that sets a part."""
    elements = list(_elements(form))
    words = [element["word"].upper() for element in elements if element["word"]]
    _check_model(words, kind)
    parts = []
    for element, following in zip(elements, [*elements[1:], None], strict=True):
        if (word := (element["word"] or "").upper()) in _DIGITS:
            least = _DIGITS[word] if following and _is_number(following) else 1
            exact = 4 if least == 5 and word in ("YYYY", "RRRR") else least
            most = exact if least > 1 else _DIGITS[word]
            parts.append(rf"(?P<{_group(word)}>\d{{{exact},{most}}})")
        elif word:
            parts.append(f"(?P<{_group(word)}>{_OTHERS[word]})")
        elif element["space"]:
            parts.append(r"\s+")
        else:
            parts.append(f"(?-i:{re.escape(element['sign'] or _unescaped(element['text']))})")
    return re.compile("".join(parts), re.IGNORECASE)


def _group(word: str) -> str:
    return word.replace(",", "_").replace(".", "")


def _is_number(element: re.Match[str]) -> bool:
    return (element["word"] or "").upper() in (*_DIGITS, "Y,YYY")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _check_model(words: list[str], kind: str) -> None:
    """Nothing, when the elements fit each other and the type.

    Raises SqlError: when they do not.
    """
    for word in words:
        if word in _NOT_READ:
            raise SqlError(f"Format element '{word}' is not supported for parsing")
        if words.count(word) > 1:
            raise SqlError(f"Format element '{word}' appears more than once in the format string")
        category = _CATEGORY_OF[word]
        if category in _REFUSED[kind]:
            raise SqlError(
                f"Format element in category {category} ('{word}') is not allowed for output "
                f"type {kind}"
            )
        others = [other for other in words if other != word and _CATEGORY_OF[other] == category]
        if others and (category != "TIME_ZONE" or "TZH" not in words):
            raise SqlError(f"More than one format element in category {category} exist")
    _check_hours(words)


def _check_hours(words: list[str]) -> None:
    half = {_CATEGORY_OF[word] for word in words} & {"MERIDIAN_INDICATOR"}
    has_short = "HH12" in words or "HH" in words
    if has_short and not half:
        raise SqlError("Format element in category MERIDIAN_INDICATOR is required beside HH12")
    if half and not has_short:
        raise SqlError("Format element in category HOUR is required beside a meridian indicator")
    others = ("HH24", "HH12", "HH", "MI", "SS", "A.M.", "P.M.")
    if "SSSSS" in words and any(word in others for word in words):
        raise SqlError("Format element 'SSSSS' cannot be beside another of hours, minutes, seconds")
    if "TZM" in words and "TZH" not in words:
        raise SqlError("Format element 'TZH' is required when 'TZM' exists")


def _read(text: str, form: str, kind: str) -> dict[str, str]:
    match = _pattern(form, kind).fullmatch(text.strip())
    if match is None or not text.strip():
        raise SqlError(f"Failed to parse input string {text!r} with FORMAT {form!r}")
    return {name: value for name, value in match.groupdict().items() if value is not None}


def _civil(found: dict[str, str], text: str) -> dt.datetime:
    today = dt.datetime.now(dt.UTC)
    month = int(found.get("MM") or today.month)
    if name := found.get("MONTH") or found.get("MON"):
        month = 1 + next(
            place for place, full in enumerate(MONTHS) if full.lower().startswith(name.lower())
        )
    seconds = int(found.get("SSSSS") or 0)
    if not seconds:
        seconds = (_hour(found) * 60 + int(found.get("MI", 0))) * 60 + int(found.get("SS", 0))
    is_fitting = int(found.get("MI", 0)) < 60 and int(found.get("SS", 0)) < 60
    if seconds >= 86_400 or not is_fitting:
        raise SqlError(f"Failed to parse input string {text!r}")
    fraction = next((value for name, value in found.items() if name.startswith("FF")), "")
    micros = int(fraction[:6].ljust(6, "0"))
    try:
        day = dt.datetime(_year(found, today.year), month, int(found.get("DD", 1)))
    except ValueError as error:
        raise SqlError("Invalid result from year, month, day values after parsing") from error
    return day + dt.timedelta(seconds=seconds, microseconds=micros)


def _year(found: dict[str, str], current: int) -> int:
    if whole := found.get("YYYY") or found.get("RRRR") or found.get("Y_YYY"):
        return int(whole.replace(",", ""))
    for name, size in (("YYY", 1000), ("YY", 100), ("Y", 10)):
        if name in found:
            return current - current % size + int(found[name])
    if "RR" not in found:
        return current
    year = current - current % 100 + int(found["RR"])
    is_late, was_late = int(found["RR"]) >= 50, current % 100 >= 50
    return year + 100 * (was_late and not is_late) - 100 * (is_late and not was_late)


def _hour(found: dict[str, str]) -> int:
    if "HH24" in found:
        return int(found["HH24"])
    short = found.get("HH12") or found.get("HH")
    if short is None:
        return 0
    if not 1 <= int(short) <= 12:
        raise SqlError(f"Failed to parse the hour {short!r}")
    half = found.get("AM") or found.get("PM") or ""
    return int(short) % 12 + (12 if half.upper().startswith("P") else 0)


@scalar("py_parse_formatted", "TIMESTAMP")
def parse_formatted(text: str, form: str, kind: str) -> dt.datetime:
    """CAST of text to DATE, TIME or DATETIME with FORMAT."""
    return _civil(_read(text, form, kind), text)


@scalar("py_parse_formatted_moment", "BIGINT")
def parse_formatted_moment(text: str, form: str, zone: str) -> int:
    """CAST of text to TIMESTAMP with FORMAT, as microseconds."""
    found = _read(text, form, "TIMESTAMP")
    if "TZH" in found:
        sign = "-" if found["TZH"].startswith("-") else "+"
        zone = f"{sign}{found['TZH'][1:]}:{int(found.get('TZM', 0)):02}"
    return moment(_civil(found, text), zone)
