"""Geography functions that make shapes, spell them and take them apart.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/geography_functions
"""

from __future__ import annotations

from itertools import pairwise
from string import hexdigits

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import (
    Refusal,
    SqlError,
    scalar,
)
from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.shapes import (
    LINE,
    LINES,
    POINT,
    POINTS,
    Point,
    Shape,
    checked_point,
    from_geojson,
    from_wkb,
    from_wkt,
    to_wkb,
    to_wkt,
)

_TYPES = {POINT: "ST_Point", LINE: "ST_LineString", POINTS: "ST_MultiPoint"}
_TYPES[LINES] = "ST_MultiLineString"


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


@scalar("bq_st_geogfromgeojson", "GEOMETRY")
def geogfromgeojson(text: str) -> bytes:
    """ST_GEOGFROMGEOJSON."""
    return to_wkb(from_geojson(text))


@scalar("bq_st_geogfrom", "GEOMETRY")
def geogfrom(given: object) -> bytes:
    """ST_GEOGFROM of WKT, GeoJSON or WKB, also as hexadecimal text."""
    if not isinstance(given, str):
        return geogfromwkb(given)
    if given.lstrip().startswith("{"):
        return geogfromgeojson(given)
    is_hexadecimal = all(character in hexdigits for character in given.strip())
    return geogfromwkb(given.strip()) if is_hexadecimal else geogfromtext(given)


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


@scalar("bq_st_dump", "GEOMETRY[]")
def dump(data: bytes) -> list[bytes]:
    """ST_DUMP: each part of several."""
    shape = from_wkb(data)
    kind = {POINTS: POINT, LINES: LINE}.get(shape.kind, shape.kind)
    return [to_wkb(Shape(kind, (part,))) for part in shape.parts]


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


@scalar("py_geography_bytes", "BIGINT")
def logical_bytes(data: bytes) -> int:
    """The bytes that BigQuery says a value has: 16, and 24 for each of its points."""
    return 16 + 24 * len(from_wkb(data).points)
