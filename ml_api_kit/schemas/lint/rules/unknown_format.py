"""`format` names a format that nothing checks."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.formats import KNOWN_FORMATS
from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.near import nearest
from ml_api_kit.schemas.lint.words import shown

ID = "S027"
LEVEL = "warning"
WHY = "An unknown format lets every value pass."
MEND = "Name a format of JSON Schema, such as `date-time` or `uuid`; else use `pattern`."
WRONG = {"type": "string", "format": "datetime"}
RIGHT = {"type": "string", "format": "date-time"}

_MEANT = {
    **dict.fromkeys(("guid", "uuid4"), "uuid"),
    **dict.fromkeys(("ip", "ip-address"), "ipv4"),
    "timestamp": "date-time",
    "url": "uri",
}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each `format` that no engine knows."""
    for node in document.nodes:
        name = node.schema.get("format")
        if isinstance(name, str) and name not in KNOWN_FORMATS and not node.has_only_ref:
            meant = _MEANT.get(name) or nearest(name, KNOWN_FORMATS)
            mend = f"Did you mean {shown(meant)}?" if meant else None
            yield Fault((*node.path, "format"), f"the format {shown(name)} is not checked", mend)
