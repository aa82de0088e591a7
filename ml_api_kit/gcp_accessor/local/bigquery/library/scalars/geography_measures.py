"""Geography functions that measure points and lines, and compare points.

Distances are those on a sphere of 6,371,010 m, between points as vectors, as BigQuery's library has
them. What needs more of that library, such as the area of a polygon, is refused.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/geography_functions
"""

from __future__ import annotations

import math
from itertools import pairwise, product

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.shapes import Point, from_wkb, vector

EARTH_RADIUS_M = 6371010.0


@scalar("bq_st_distance", "DOUBLE")
def distance(first: bytes, second: bytes) -> float | None:
    """ST_DISTANCE in metres: the least between points of both; NULL where one is nothing."""
    pairs = _pairs(first, second, "ST_DISTANCE")
    return min((_metres(a, b) for a, b in pairs), default=None)


@scalar("bq_st_maxdistance", "DOUBLE")
def maxdistance(first: bytes, second: bytes) -> float | None:
    """ST_MAXDISTANCE in metres: the longest between points of both; NULL where one is nothing."""
    pairs = _pairs(first, second, "ST_MAXDISTANCE")
    return max((_metres(a, b) for a, b in pairs), default=None)


@scalar("bq_st_dwithin", "BOOLEAN")
def dwithin(first: bytes, second: bytes, most_m: float) -> bool:
    """ST_DWITHIN: whether some points of both are at most so far apart."""
    pairs = _pairs(first, second, "ST_DWITHIN")
    return any(_metres(a, b) <= most_m for a, b in pairs)


@scalar("bq_st_length", "DOUBLE")
def length(data: bytes) -> float:
    """ST_LENGTH in metres: 0 of points."""
    parts = from_wkb(data).parts
    return math.fsum(_edge_metres(a, b) for part in parts for a, b in pairwise(part))


@scalar("bq_st_area", "DOUBLE")
def area(data: bytes) -> float:
    """ST_AREA: 0 of points and lines, which have none."""
    from_wkb(data)
    return 0.0


@scalar("bq_st_perimeter", "DOUBLE")
def perimeter(data: bytes) -> float:
    """ST_PERIMETER: 0 of points and lines, which have none."""
    from_wkb(data)
    return 0.0


@scalar("bq_st_azimuth", "DOUBLE")
def azimuth(first: bytes, second: bytes) -> float | None:
    """ST_AZIMUTH in radians, from north to east; NULL of a point and itself, or its antipode."""
    pairs = _pairs(first, second, "ST_AZIMUTH")
    if len(pairs) != 1:
        raise SqlError("ST_Azimuth input must be single points")
    [(start, end)] = pairs
    if start == end or _are_antipodes(start, end):
        return None
    (x, y), (u, v) = (tuple(map(math.radians, point)) for point in (start, end))
    east = math.sin(u - x) * math.cos(v)
    north = math.cos(y) * math.sin(v) - math.sin(y) * math.cos(v) * math.cos(u - x)
    return math.atan2(east, north) % (2 * math.pi)


def _are_antipodes(start: Point, end: Point) -> bool:
    is_pole = abs(start[1]) == 90
    return start[1] == -end[1] and (is_pole or abs(start[0] - end[0]) == 180)


@scalar("bq_st_equals", "BOOLEAN")
def equals(first: bytes, second: bytes) -> bool:
    """ST_EQUALS of points: whether they are the same."""
    one, other = _point_sets(first, second, "ST_EQUALS")
    return one == other


@scalar("bq_st_intersects", "BOOLEAN")
def intersects(first: bytes, second: bytes) -> bool:
    """ST_INTERSECTS of points: whether one is in both."""
    one, other = _point_sets(first, second, "ST_INTERSECTS")
    return bool(one & other)


@scalar("bq_st_disjoint", "BOOLEAN")
def disjoint(first: bytes, second: bytes) -> bool:
    """ST_DISJOINT of points: whether none is in both."""
    return not intersects(first, second)


@scalar("bq_st_covers", "BOOLEAN")
def covers(first: bytes, second: bytes) -> bool:
    """ST_COVERS of points: whether all of the second are in the first, and there are some."""
    one, other = _point_sets(first, second, "ST_COVERS")
    return bool(other) and other <= one


@scalar("bq_st_coveredby", "BOOLEAN")
def coveredby(first: bytes, second: bytes) -> bool:
    """ST_COVEREDBY of points."""
    return covers(second, first)


@scalar("bq_st_contains", "BOOLEAN")
def contains(first: bytes, second: bytes) -> bool:
    """ST_CONTAINS of points, which have no boundary."""
    return covers(first, second)


@scalar("bq_st_within", "BOOLEAN")
def within(first: bytes, second: bytes) -> bool:
    """ST_WITHIN of points."""
    return covers(second, first)


def _pairs(first: bytes, second: bytes, name: str) -> list[tuple[Point, Point]]:
    one, other = from_wkb(first), from_wkb(second)
    if not (one.is_of_points and other.is_of_points):
        raise Refusal(f"{name} of lines")
    return list(product(one.points, other.points))


def _point_sets(first: bytes, second: bytes, name: str) -> tuple[set[Point], set[Point]]:
    one, other = from_wkb(first), from_wkb(second)
    if not (one.is_of_points and other.is_of_points):
        raise Refusal(f"{name} of lines")
    return {_spot(p) for p in one.points}, {_spot(p) for p in other.points}


def _spot(point: Point) -> Point:
    """One spelling of a place that has several: the poles, and the 180th meridian."""
    longitude, latitude = point
    if abs(latitude) == 90:
        return 0.0, latitude
    return (180.0 if longitude == -180 else longitude), latitude


def _metres(first: Point, second: Point) -> float:
    """The distance of two points: by the straight line through the sphere, as S2 has it."""
    square = sum((x - y) ** 2 for x, y in zip(vector(first), vector(second), strict=True))
    return 2 * math.asin(0.5 * math.sqrt(min(square, 4.0))) * EARTH_RADIUS_M


def _edge_metres(first: Point, second: Point) -> float:
    """The length of an edge: by the angle of its ends, as S2 has that of a line."""
    a, b = vector(first), vector(second)
    cross = (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return math.atan2(math.sqrt(sum(x * x for x in cross)), dot) * EARTH_RADIUS_M
