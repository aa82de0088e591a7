"""INTERVAL: months, days and microseconds, each with a sign of its own."""

from __future__ import annotations

import re
from typing import Any

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)

_CLOCK = r"([+-]?)(\d+):(\d+):(\d+)(?:\.(\d{1,9}))?"
_UNITS = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"]
# Each of the three may be missing, but for the one in the middle of the others.
_CANONICAL = re.compile(
    rf"(?:([+-]?)(\d+)-(\d+)(?: ([+-]?\d+)(?: {_CLOCK})?)?|([+-]?\d+) {_CLOCK}|{_CLOCK})"
)
_ISO = re.compile(r"P((?:-?\d+[YMWD])*)(?:T((?:-?\d+[HM]|-?\d+(?:[.,]\d{1,9})?S)*))?")
_ISO_PART = re.compile(r"(-?)(\d+)(?:[.,](\d+))?([A-Z])")
_MAX_MONTHS, _MAX_DAYS, _MAX_MICROS = 120_000, 3_660_000, 316_224_000_000_000_000

Parts = dict[str, int]


def interval_text(months: int, days: int, micros: int) -> str:
    """The interval as `Y-M D h:m:s`."""
    years, rest = divmod(abs(months), 12)
    seconds, fraction = divmod(abs(micros), 10**6)
    tail = f".{fraction:06}" if fraction else ""
    if tail.endswith("000"):
        tail = tail[:4]
    clock = f"{seconds // 3600}:{seconds // 60 % 60}:{seconds % 60}{tail}"
    signs = ("-" if months < 0 else "", "-" if micros < 0 else "")
    return f"{signs[0]}{years}-{rest} {days} {signs[1]}{clock}"


@scalar("py_interval_text", "VARCHAR")
def text_of(months: int, days: int, micros: int) -> str:
    """CAST of INTERVAL to text."""
    return interval_text(months, days, micros)


def to_parts(months: int, days: int, micros: int) -> Parts:
    """The interval of these parts.

    Raises SqlError: when it is beyond 10,000 years.
    """
    if abs(months) > _MAX_MONTHS or abs(days) > _MAX_DAYS or abs(micros) > _MAX_MICROS:
        raise SqlError("Interval value is out of range: 10000 years at most")
    return {"m": months, "d": days, "u": micros}


PARTS_TYPE = "STRUCT(m BIGINT, d BIGINT, u BIGINT)"


@scalar("py_interval", PARTS_TYPE)
def interval(number: int, unit: str) -> Parts:
    """INTERVAL number unit."""
    factors = {
        "YEAR": (12, 0, 0), "QUARTER": (3, 0, 0), "MONTH": (1, 0, 0), "WEEK": (0, 7, 0),
        "DAY": (0, 1, 0), "HOUR": (0, 0, 3_600_000_000), "MINUTE": (0, 0, 60_000_000),
        "SECOND": (0, 0, 1_000_000), "MILLISECOND": (0, 0, 1000), "MICROSECOND": (0, 0, 1),
    }  # fmt: skip
    if unit not in factors:
        raise SqlError(f"Unsupported INTERVAL unit {unit}")
    months, days, micros = (number * factor for factor in factors[unit])
    return to_parts(months, days, micros)


@scalar("py_make_interval", PARTS_TYPE)
def make_interval(year: int, month: int, day: int, hour: int, minute: int, second: int) -> Parts:
    """MAKE_INTERVAL."""
    micros = ((hour * 60 + minute) * 60 + second) * 10**6
    return to_parts(year * 12 + month, day, micros)


@scalar("py_interval_span", PARTS_TYPE)
def interval_span(text: str, span: str) -> Parts:
    """INTERVAL 'text' unit TO unit."""
    first, _, last = span.partition(" TO ")
    units = _UNITS[_UNITS.index(first) : _UNITS.index(last) + 1]
    numbers = _read_span(text.strip(), units)
    if numbers is None:
        raise SqlError(f"Invalid INTERVAL value '{text}'")
    months = numbers.get("YEAR", 0) * 12 + numbers.get("MONTH", 0)
    seconds = (numbers.get("HOUR", 0) * 60 + numbers.get("MINUTE", 0)) * 60
    micros = (seconds * 10**6) + numbers.get("SECOND", 0)
    return to_parts(months, numbers.get("DAY", 0), micros)


def _read_span(text: str, units: list[str]) -> dict[str, int] | None:
    """The numbers of a text by unit, with their signs; seconds as microseconds."""
    patterns = []
    dated = [unit for unit in units if unit in ("YEAR", "MONTH")]
    timed = [unit for unit in units if unit in ("HOUR", "MINUTE", "SECOND")]
    if dated:
        patterns.append(r"(?P<s1>[+-]?)" + "-".join(rf"(?P<{unit}>\d+)" for unit in dated))
    if "DAY" in units:
        patterns.append(r"(?P<DAY>[+-]?\d+)")
    if timed:
        clock = ":".join(rf"(?P<{unit}>\d+)" for unit in timed)
        patterns.append(
            rf"(?P<s2>[+-]?){clock}" + (r"(?:\.(?P<F>\d{1,6}))?" if "SECOND" in timed else "")
        )
    match = re.fullmatch(" ".join(patterns), text)
    if match is None:
        return None
    found = match.groupdict()
    numbers = {unit: int(found[unit]) for unit in units}
    for sign, names in (("s1", dated), ("s2", timed)):
        if "SECOND" in names:
            numbers["SECOND"] = numbers["SECOND"] * 10**6 + int((found["F"] or "").ljust(6, "0"))
        if found.get(sign) == "-":
            numbers.update({name: -numbers[name] for name in names})
    return numbers


@scalar("py_text_to_interval", PARTS_TYPE)
def text_to_interval(text: str) -> Parts:
    """CAST of text to INTERVAL: `Y-M D h:m:s`, a piece of it, or ISO 8601 such as P1Y2M."""
    if match := _CANONICAL.fullmatch(text):
        return _canonical(match)
    match = _ISO.fullmatch(text)
    if match is None or text == "P" or text.endswith("T") != (text == "PT"):
        raise SqlError(f"Invalid INTERVAL value '{text}'")
    found = {"Y": 0, "M": 0, "W": 0, "D": 0, "TH": 0, "TM": 0, "TS": 0}
    for prefix, parts in (("", match[1]), ("T", match[2] or "")):
        for sign, number, fraction, unit in _ISO_PART.findall(parts):
            size = int(number)
            if unit == "S":
                size = size * 10**6 + _micros(fraction)
            found[prefix + unit] += -size if sign else size
    micros = (found["TH"] * 60 + found["TM"]) * 60 * 10**6 + found["TS"]
    return to_parts(found["Y"] * 12 + found["M"], found["W"] * 7 + found["D"], micros)


def _canonical(match: re.Match[str]) -> Parts:
    groups = match.groups()
    months = int(groups[1] or 0) * 12 + int(groups[2] or 0)
    days = int(groups[3] or groups[9] or 0)
    # The same clock stands in three places of the pattern.
    clock = next((c for c in (groups[4:9], groups[10:15], groups[15:20]) if c[1]), None)
    micros = 0
    if clock is not None:
        micros = ((int(clock[1]) * 60 + int(clock[2])) * 60 + int(clock[3])) * 10**6
        micros = (micros + _micros(clock[4])) * (-1 if clock[0] == "-" else 1)
    return to_parts(-months if groups[0] == "-" else months, days, micros)


def _micros(fraction: str | None) -> int:
    if fraction and fraction[6:].strip("0"):
        raise Refusal("an INTERVAL of nanoseconds")
    return int((fraction or "")[:6].ljust(6, "0"))


def _carried(amount: int, size: int) -> tuple[int, int]:
    whole = abs(amount) // size * (1 if amount >= 0 else -1)
    return whole, amount - whole * size


_DAY = 86_400_000_000


@scalar("py_justify", PARTS_TYPE)
def justify(months: int, days: int, micros: int, name: str) -> Parts:
    """JUSTIFY_HOURS, JUSTIFY_DAYS and JUSTIFY_INTERVAL: carries that give all parts one sign."""
    if name in ("HOURS", "INTERVAL"):
        more, micros = _carried(micros, _DAY)
        days += more
        if name == "HOURS":
            if days > 0 and micros < 0:
                days, micros = days - 1, micros + _DAY
            elif days < 0 and micros > 0:
                days, micros = days + 1, micros - _DAY
    if name in ("DAYS", "INTERVAL"):
        more, days = _carried(days, 30)
        months += more
        if name == "DAYS":
            if months > 0 and days < 0:
                months, days = months - 1, days + 30
            elif months < 0 and days > 0:
                months, days = months + 1, days - 30
    if name == "INTERVAL":
        return _one_sign(months, days, micros)
    return to_parts(months, days, micros)


def _one_sign(months: int, days: int, micros: int) -> Parts:
    total = (months * 30 + days) * _DAY + micros
    sign = 1 if total >= 0 else -1
    size = abs(total)
    days, micros = divmod(size, _DAY)
    months, days = divmod(days, 30)
    return to_parts(sign * months, sign * days, sign * micros)


@scalar("py_scale_interval", PARTS_TYPE)
def scale(months: int, days: int, micros: int, number: int) -> Parts:
    """INTERVAL times a whole number."""
    return to_parts(months * number, days * number, micros * number)


@scalar("py_divide_interval", PARTS_TYPE)
def divide(months: int, days: int, micros: int, number: int) -> Parts:
    """INTERVAL by a whole number: what is left of months goes to days, of days to the time."""
    if number == 0:
        raise SqlError("division by zero: INTERVAL / 0")
    months, left = _quotient(months, number)
    days, left_days = _quotient(days + left * 30, number)
    return to_parts(months, days, _quotient(micros + left_days * _DAY, number)[0])


def _quotient(amount: int, number: int) -> tuple[int, int]:
    whole = abs(amount) // abs(number) * (1 if (amount >= 0) == (number > 0) else -1)
    return whole, amount - whole * number


@scalar("py_extract_interval", "BIGINT")
def extract(months: int, days: int, micros: int, part: str) -> int:
    """EXTRACT of a part of an INTERVAL."""
    sign = -1 if micros < 0 else 1
    size = abs(micros)
    values: dict[str, Any] = {
        "YEAR": _carried(months, 12)[0],
        "MONTH": _carried(months, 12)[1],
        "DAY": days,
        "HOUR": sign * (size // 3_600_000_000),
        "MINUTE": sign * (size // 60_000_000 % 60),
        "SECOND": sign * (size // 1_000_000 % 60),
        "MILLISECOND": sign * (size // 1000 % 1000),
        "MICROSECOND": sign * (size % 1_000_000),
    }
    if part not in values:
        raise Refusal(f"EXTRACT({part} FROM INTERVAL)")
    return int(values[part])
