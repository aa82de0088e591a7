"""Points as cells: geohashes, and the cells of S2.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/geography_functions
Source: https://s2geometry.io/devguide/s2cell_hierarchy
"""

from __future__ import annotations

import math

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError, scalar
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.shapes import (
    POINT,
    Point,
    Shape,
    from_wkb,
    to_wkb,
    vector,
)

_BASE32 = "0123456789bcdefghjkmnpqrstuvwxyz"
_MOST_HASH = 20
_LEVELS = 30
# Which of the four parts of a cell comes when, by how the curve runs, and how it runs in there.
_PLACES = ((0, 1, 3, 2), (0, 3, 1, 2), (2, 3, 1, 0), (2, 1, 3, 0))
_TURNS = (1, 0, 0, 3)


@scalar("bq_st_geohash", "VARCHAR")
def geohash(data: bytes, most: int = _MOST_HASH) -> str:
    """ST_GEOHASH of a point, of at most 20 characters."""
    shape = from_wkb(data)
    if shape.kind != POINT:
        raise SqlError("ST_GeoHash input must be a single point")
    if most < 1:
        raise SqlError("ST_GeoHash maxchars must be positive")
    [point] = shape.points
    bounds = [[-180.0, 180.0], [-90.0, 90.0]]
    number, count = 0, min(most, _MOST_HASH) * 5
    for bit in range(count):
        axis = bit % 2
        middle = sum(bounds[axis]) / 2
        is_upper = point[axis] >= middle
        bounds[axis][not is_upper] = middle
        number = number * 2 + is_upper
    digits = [_BASE32[number >> shift & 31] for shift in range(count - 5, -1, -5)]
    return "".join(digits)


@scalar("bq_st_geogpointfromgeohash", "GEOMETRY")
def geogpointfromgeohash(text: str) -> bytes:
    """ST_GEOGPOINTFROMGEOHASH: the middle of the box that a geohash means."""
    bounds = [[-180.0, 180.0], [-90.0, 90.0]]
    if not text or any(character not in _BASE32 for character in text.lower()):
        raise SqlError(f"ST_GeogPointFromGeoHash failed: Invalid geohash: {text}")
    bits = "".join(f"{_BASE32.index(character):05b}" for character in text.lower())
    for place, bit in enumerate(bits):
        axis = bounds[place % 2]
        axis[bit == "0"] = sum(axis) / 2
    longitude, latitude = (sum(axis) / 2 for axis in bounds)
    return to_wkb(Shape(POINT, (((longitude, latitude),),)))


@scalar("bq_s2_cellidfrompoint", "BIGINT")
def cellidfrompoint(data: bytes, level: int = _LEVELS) -> int:
    """S2_CELLIDFROMPOINT: the cell of a level, 0 to 30, that a point is in."""
    shape = from_wkb(data)
    if shape.kind != POINT:
        raise SqlError("S2_CellIdFromPoint input must be a single point")
    if not 0 <= level <= _LEVELS:
        raise SqlError("S2_CellIdFromPoint level must be between 0 and 30")
    lowest = 1 << 2 * (_LEVELS - level)
    cell = _leaf_cell(shape.points[0]) & -lowest | lowest
    return cell - (1 << 64) if cell >> 63 else cell


def _leaf_cell(point: Point) -> int:
    face, across, up = _face_and_place(vector(point))
    i, j = (
        min(max(math.floor(_square(place) * 2**_LEVELS), 0), 2**_LEVELS - 1)
        for place in (across, up)
    )
    turn, cell = face & 1, face
    for bit in range(_LEVELS - 1, -1, -1):
        part = _PLACES[turn][(i >> bit & 1) << 1 | j >> bit & 1]
        cell, turn = cell << 2 | part, turn ^ _TURNS[part]
    return cell << 1 | 1


def _face_and_place(vector: tuple[float, float, float]) -> tuple[int, float, float]:
    """The face of the cube around the sphere that a vector meets, and where on it."""
    x, y, z = vector
    face = max(range(3), key=lambda axis: abs(vector[axis]))
    if vector[face] < 0:
        face += 3
    places = (
        lambda: (y / x, z / x), lambda: (-x / y, z / y), lambda: (-x / z, -y / z),
        lambda: (z / x, y / x), lambda: (z / y, -x / y), lambda: (-y / z, -x / z),
    )  # fmt: skip
    across, up = places[face]()
    return face, across, up


def _square(place: float) -> float:
    """A place on a face, of -1 to 1, in cells of nearly the same size, of 0 to 1."""
    if place >= 0:
        return 0.5 * math.sqrt(1 + 3 * place)
    return 1 - 0.5 * math.sqrt(1 - 3 * place)
