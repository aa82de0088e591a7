"""Shapes on the sphere, as DuckDB holds them (WKB) and as text spells them (WKT).

Polygons are refused: BigQuery orders and turns their rings, which takes its library of spheres.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/geography_functions
"""

from __future__ import annotations

import json
import math
import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import Refusal, SqlError

Point = tuple[float, float]
"""Longitude and latitude in degrees."""

POINT, LINE, POINTS, LINES, COLLECTION = 1, 2, 4, 5, 7
"""The kinds of shapes by their numbers in WKB."""

NAMES = {POINT: "POINT", LINE: "LINESTRING", POINTS: "MULTIPOINT", LINES: "MULTILINESTRING"}
_KINDS = {name: kind for kind, name in NAMES.items()}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_WKT = re.compile(r"\s*([A-Za-z]+)\s*(EMPTY|\(.*\))\s*", re.DOTALL | re.IGNORECASE)
_PAIR = re.compile(rf"\s*({_NUMBER})\s+({_NUMBER})\s*")


@dataclass(frozen=True, slots=True)
class Shape:
    """Points, or lines of them: `parts` has one part for a point or a line, none for nothing."""

    kind: int
    parts: tuple[tuple[Point, ...], ...] = ()

    @property
    def points(self) -> list[Point]:
        """All points, in their order."""
        return [point for part in self.parts for point in part]

    @property
    def is_of_points(self) -> bool:
        """Whether it is one point, or several, or nothing."""
        return self.kind in (POINT, POINTS) or not self.parts


def checked_point(longitude: float, latitude: float) -> Point:
    """The point, its longitude between -180 and 180.

    Raises SqlError: when it is on no sphere.
    """
    if longitude - longitude != 0 or latitude - latitude != 0:
        raise SqlError("Point coordinates must be finite")
    if not -90 <= latitude <= 90:
        raise SqlError(f"Latitude must be between -90 and 90 degrees, got {latitude:g}")
    if not -180 <= longitude <= 180:
        longitude = (longitude + 180) % 360 - 180
    return longitude + 0.0, latitude + 0.0


def vector(point: Point) -> tuple[float, float, float]:
    """The point on a sphere of radius 1, as S2 has it."""
    longitude, latitude = map(math.radians, point)
    around = math.cos(latitude)
    return math.cos(longitude) * around, math.sin(longitude) * around, math.sin(latitude)


def to_wkb(shape: Shape) -> bytes:
    """The shape as DuckDB holds it; what is empty is a collection of nothing, as in BigQuery."""
    if not shape.parts:
        return struct.pack("<BII", 1, COLLECTION, 0)
    if shape.kind == POINT:
        return struct.pack("<BIdd", 1, POINT, *shape.parts[0][0])
    if shape.kind == LINE:
        flat = [number for point in shape.parts[0] for number in point]
        return struct.pack(f"<BII{len(flat)}d", 1, LINE, len(flat) // 2, *flat)
    single = POINT if shape.kind == POINTS else LINE
    inner = b"".join(to_wkb(Shape(single, (part,))) for part in shape.parts)
    return struct.pack("<BII", 1, shape.kind, len(shape.parts)) + inner


@lru_cache(maxsize=10_000)
def from_wkb(data: object) -> Shape:
    """The shape in DuckDB's bytes.

    Raises SqlError: when these are none; Refusal: for a shape that is not supported.
    """
    if not isinstance(data, bytes):
        raise SqlError("No matching signature: the argument is no GEOGRAPHY")
    try:
        shape, end = _read_wkb(data, 0)
    except struct.error as error:
        raise SqlError("Invalid WKB") from error
    if end != len(data):
        raise SqlError("Invalid WKB: bytes are left behind the shape")
    return shape


def _read_wkb(data: bytes, start: int) -> tuple[Shape, int]:
    order = "<" if data[start : start + 1] == b"\1" else ">"
    (kind,) = struct.unpack_from(f"{order}I", data, start + 1)
    at = start + 5
    if kind == POINT:
        point = struct.unpack_from(f"{order}dd", data, at)
        return Shape(POINT, ((checked_point(*point),),)), at + 16
    (count,) = struct.unpack_from(f"{order}I", data, at)
    at += 4
    if kind == LINE:
        flat = struct.unpack_from(f"{order}{2 * count}d", data, at)
        line = tuple(map(checked_point, flat[::2], flat[1::2]))
        return Shape(LINE, (line,)), at + 16 * count
    if kind in (POINTS, LINES) or (kind == COLLECTION and not count):
        parts = list[tuple[Point, ...]]()
        for _ in range(count):
            inner, at = _read_wkb(data, at)
            parts += inner.parts
        return Shape(kind, tuple(parts)), at
    raise Refusal("polygons and collections of shapes")


def to_wkt(shape: Shape) -> str:
    """The text of the shape, as BigQuery spells it.

    >>> to_wkt(Shape(LINE, (((1.0, 2.0), (3.5, 4.0)),)))
    'LINESTRING(1 2, 3.5 4)'
    """
    if not shape.parts:
        return "GEOMETRYCOLLECTION EMPTY"
    parts = [", ".join(f"{x:.15g} {y:.15g}" for x, y in part) for part in shape.parts]
    if shape.kind == LINES:
        parts = [f"({part})" for part in parts]
    return f"{NAMES[shape.kind]}({', '.join(parts)})"


@lru_cache(maxsize=10_000)
def from_wkt(text: str) -> Shape:
    """The shape that a text spells.

    Raises SqlError: when it spells none; Refusal: for a shape that is not supported.

    >>> from_wkt("point(1 2)").points
    [(1.0, 2.0)]
    """
    match = _WKT.fullmatch(text)
    if match is None:
        raise SqlError(f"ST_GeogFromText failed: Invalid WKT: {text}")
    name, body = match[1].upper(), match[2]
    if name in ("POLYGON", "MULTIPOLYGON", "FULLGLOBE") or (
        name == "GEOMETRYCOLLECTION" and body.upper() != "EMPTY"
    ):
        raise Refusal(f"the shape {name}")
    if name not in _KINDS and name != "GEOMETRYCOLLECTION":
        raise SqlError(f"ST_GeogFromText failed: Unknown geometry type: {name}")
    if body.upper() == "EMPTY":
        return Shape(COLLECTION)
    return _shape(_KINDS[name], body[1:-1], text)


def from_geojson(text: str) -> Shape:
    """The shape of a GeoJSON object.

    Raises SqlError: when it is none; Refusal: for a shape that is not supported.

    >>> from_geojson('{"type": "Point", "coordinates": [1, 2]}').points
    [(1.0, 2.0)]
    """
    try:
        found = json.loads(text)
        kind, given = _KINDS.get(str(found["type"]).upper()), found.get("coordinates")
        if kind is None:
            raise Refusal(f"GeoJSON of the type {found['type']}")
        lines = {POINT: [[given]], LINE: [given], POINTS: [[p] for p in given]}.get(kind, given)
        pairs = [", ".join(f"{float(x)!r} {float(y)!r}" for x, y in line) for line in lines]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SqlError(f"ST_GeogFromGeoJSON failed: Invalid GeoJSON: {text}") from error
    body = ", ".join(f"({pair})" for pair in pairs) if kind == LINES else ", ".join(pairs)
    return Shape(COLLECTION) if not pairs else _shape(kind, body, text)


def _shape(kind: int, body: str, text: str) -> Shape:
    if kind == LINES:
        lines = re.findall(r"\(([^()]*)\)", body)
        if re.sub(r"\([^()]*\)", "", body).replace(",", "").strip():
            raise SqlError(f"ST_GeogFromText failed: Invalid WKT: {text}")
        parts = tuple(_line(line, text) for line in lines)
    elif kind == LINE:
        parts = (_line(body, text),)
    else:
        bare = body.replace("(", " ").replace(")", " ") if kind == POINTS else body
        parts = tuple((point,) for point in _points(bare, text))
    if kind == POINT and len(parts) != 1:
        raise SqlError(f"ST_GeogFromText failed: Invalid WKT: {text}")
    return Shape(kind, parts) if kind != POINTS or len(parts) > 1 else Shape(POINT, parts)


def _line(body: str, text: str) -> tuple[Point, ...]:
    points = _points(body, text)
    if len(set(points)) < 2:
        raise Refusal("a line that is no longer than a point")
    if any(first == second for first, second in pairwise(points)):
        raise Refusal("a line with the same point twice in a row")
    return tuple(points)


def _points(body: str, text: str) -> list[Point]:
    pairs = [_PAIR.fullmatch(part) for part in body.split(",")]
    if not all(pairs):
        raise SqlError(f"ST_GeogFromText failed: Invalid WKT: {text}")
    return [checked_point(float(pair[1]), float(pair[2])) for pair in pairs if pair is not None]
