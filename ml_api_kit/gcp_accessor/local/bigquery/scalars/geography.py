"""Geography functions of points and lines: made, read, taken apart, measured and compared.

Distances are those on a sphere of 6,371,010 m, between points as vectors, as BigQuery's library has
them. What needs more of that library, such as the area of a polygon, is refused.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/geography_functions
"""

from __future__ import annotations

import math
from itertools import pairwise, product

from ml_api_kit.gcp_accessor.local.bigquery.scalars.registry import Refusal, SqlError, scalar
from ml_api_kit.gcp_accessor.local.bigquery.scalars.shapes import (
    LINE,
    LINES,
    POINT,
    POINTS,
    Point,
    Shape,
    checked_point,
    from_wkb,
    from_wkt,
    to_wkb,
    to_wkt,
)

EARTH_RADIUS_M = 6371010.0

_TYPES = {POINT: "ST_Point", LINE: "ST_LineString", POINTS: "ST_MultiPoint"}
_TYPES[LINES] = "ST_MultiLineString"
_BASE32 = "0123456789bcdefghjkmnpqrstuvwxyz"
_MOST_HASH = 20


@scalar("bq_st_geogpoint", "GEOMETRY")
def geogpoint(longitude: float, latitude: float) -> bytes:
    """ST_GEOGPOINT."""
    return to_wkb(Shape(POINT, ((checked_point(float(longitude), float(latitude)),),)))


@scalar("bq_st_geogfromtext", "GEOMETRY")
def geogfromtext(text: str) -> bytes:
    """ST_GEOGFROMTEXT of WKT."""
    return to_wkb(from_wkt(text))


@scalar("bq_st_geogfromwkb", "GEOMETRY")
def geogfromwkb(data: object) -> bytes:
    """ST_GEOGFROMWKB of bytes, or of their hexadecimal text."""
    try:
        given = bytes.fromhex(data) if isinstance(data, str) else data
    except ValueError as error:
        raise SqlError("ST_GeogFromWKB failed: Invalid WKB") from error
    return to_wkb(from_wkb(given))


@scalar("bq_st_astext", "VARCHAR")
def astext(data: bytes) -> str:
    """ST_ASTEXT."""
    return to_wkt(from_wkb(data))


@scalar("bq_st_asbinary", "BLOB")
def asbinary(data: bytes) -> bytes:
    """ST_ASBINARY."""
    return to_wkb(from_wkb(data))


@scalar("bq_st_x", "DOUBLE")
def longitude_of(data: bytes) -> float | None:
    """ST_X of a point; NULL of nothing."""
    return _coordinate(data, 0, "ST_X")


@scalar("bq_st_y", "DOUBLE")
def latitude_of(data: bytes) -> float | None:
    """ST_Y of a point; NULL of nothing."""
    return _coordinate(data, 1, "ST_Y")


def _coordinate(data: bytes, axis: int, name: str) -> float | None:
    shape = from_wkb(data)
    if not shape.parts:
        return None
    if shape.kind != POINT:
        raise SqlError(f"{name}: argument must be a single point")
    return shape.points[0][axis]


@scalar("bq_st_geometrytype", "VARCHAR")
def geometrytype(data: bytes) -> str:
    """ST_GEOMETRYTYPE."""
    shape = from_wkb(data)
    return _TYPES[shape.kind] if shape.parts else "ST_GeometryCollection"


@scalar("bq_st_dimension", "BIGINT")
def dimension(data: bytes) -> int:
    """ST_DIMENSION: -1 of nothing."""
    shape = from_wkb(data)
    return -1 if not shape.parts else int(shape.kind in (LINE, LINES))


@scalar("bq_st_isempty", "BOOLEAN")
def isempty(data: bytes) -> bool:
    """ST_ISEMPTY."""
    return not from_wkb(data).parts


@scalar("bq_st_iscollection", "BOOLEAN")
def iscollection(data: bytes) -> bool:
    """ST_ISCOLLECTION: whether there are several parts."""
    return len(from_wkb(data).parts) > 1


@scalar("bq_st_numpoints", "BIGINT")
def numpoints(data: bytes) -> int:
    """ST_NUMPOINTS."""
    return len(from_wkb(data).points)


@scalar("bq_st_npoints", "BIGINT")
def npoints(data: bytes) -> int:
    """ST_NPOINTS, another name of it."""
    return len(from_wkb(data).points)


@scalar("bq_st_numgeometries", "BIGINT")
def numgeometries(data: bytes) -> int:
    """ST_NUMGEOMETRIES."""
    return len(from_wkb(data).parts)


@scalar("bq_st_makeline", "GEOMETRY")
def makeline(first: object, second: object = None) -> bytes:
    """ST_MAKELINE of two points or lines, or of an array of them."""
    given = first if isinstance(first, list) else [first, second]
    points = list[Point]()
    for data in given:
        shape = from_wkb(data)
        if shape.kind not in (POINT, LINE):
            raise Refusal("ST_MAKELINE of several points or lines in one")
        points += shape.points
    if len(set(points)) < 2 or any(a == b for a, b in pairwise(points)):
        raise Refusal("ST_MAKELINE of points that are the same")
    return to_wkb(Shape(LINE, (tuple(points),)))


@scalar("bq_st_startpoint", "GEOMETRY")
def startpoint(data: bytes) -> bytes:
    """ST_STARTPOINT of a line."""
    return _point_of(data, 0, "ST_StartPoint")


@scalar("bq_st_endpoint", "GEOMETRY")
def endpoint(data: bytes) -> bytes:
    """ST_ENDPOINT of a line."""
    return _point_of(data, -1, "ST_EndPoint")


@scalar("bq_st_pointn", "GEOMETRY")
def pointn(data: bytes, index: int) -> bytes | None:
    """ST_POINTN of a line: counted from 1, or from its end by negative numbers."""
    count = len(from_wkb(data).points)
    if index == 0:
        raise SqlError("ST_PointN index must not be 0")
    if abs(index) > count:
        return None
    return _point_of(data, index - (index > 0), "ST_PointN")


def _point_of(data: bytes, place: int, name: str) -> bytes:
    shape = from_wkb(data)
    if shape.kind != LINE:
        raise SqlError(f"{name} input must be a linestring")
    return to_wkb(Shape(POINT, ((shape.points[place],),)))


@scalar("bq_st_isclosed", "BOOLEAN")
def isclosed(data: bytes) -> bool:
    """ST_ISCLOSED: points are, and lines that end where they begin; nothing is not."""
    shape = from_wkb(data)
    return bool(shape.parts) and all(part[0] == part[-1] for part in shape.parts)


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


@scalar("bq_st_azimuth", "DOUBLE")
def azimuth(first: bytes, second: bytes) -> float | None:
    """ST_AZIMUTH in radians, from north to east; NULL of a point and itself."""
    pairs = _pairs(first, second, "ST_AZIMUTH")
    if len(pairs) != 1:
        raise SqlError("ST_Azimuth input must be single points")
    [(start, end)] = pairs
    if start == end:
        return None
    (x, y), (u, v) = (tuple(map(math.radians, point)) for point in (start, end))
    east = math.sin(u - x) * math.cos(v)
    north = math.cos(y) * math.sin(v) - math.sin(y) * math.cos(v) * math.cos(u - x)
    return math.atan2(east, north) % (2 * math.pi)


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


@scalar("py_geography_bytes", "BIGINT")
def logical_bytes(data: bytes) -> int:
    """The bytes that BigQuery says a value has: 16, and 24 for each of its points."""
    return 16 + 24 * len(from_wkb(data).points)


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
    square = sum((x - y) ** 2 for x, y in zip(_vector(first), _vector(second), strict=True))
    return 2 * math.asin(0.5 * math.sqrt(min(square, 4.0))) * EARTH_RADIUS_M


def _edge_metres(first: Point, second: Point) -> float:
    """The length of an edge: by the angle of its ends, as S2 has that of a line."""
    a, b = _vector(first), _vector(second)
    cross = (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return math.atan2(math.sqrt(sum(x * x for x in cross)), dot) * EARTH_RADIUS_M


def _vector(point: Point) -> tuple[float, float, float]:
    longitude, latitude = map(math.radians, point)
    around = math.cos(latitude)
    return math.cos(longitude) * around, math.sin(longitude) * around, math.sin(latitude)
