"""`pd.read_csv("gs://bucket/path")`, also JSON, Parquet, Excel, pickles: a frame of an object."""

from __future__ import annotations

import ast

from ml_api_kit.research.refactor.access.clients import STORAGE
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import Rewrite, replaced
from ml_api_kit.research.refactor.access.objects import object_at
from ml_api_kit.research.refactor.scope import LeftAloneError

LEAVES_ALONE = (
    "patterns of several objects, storage options, and addresses whose ending is not written: it "
    "says how they are packed."
)
_READERS = {f"pandas.read_{kind}" for kind in ("csv", "table", "json", "pickle", "xml")}
_PLAIN_READERS = {f"pandas.read_{kind}" for kind in ("parquet", "excel", "feather", "orc")}
_PACKED = {".gz": "gzip", ".bz2": "bz2", ".zip": "zip", ".xz": "xz", ".zst": "zstd"}


def rewrite(node: ast.AST, code: Code) -> Rewrite | None:
    """The changes for a frame that is read from Cloud Storage."""
    name = code.called(node)
    if name not in _READERS | _PLAIN_READERS or not isinstance(node, ast.Call) or not node.args:
        return None
    found = object_at(code, node.args[0])
    if found is None:
        return None
    given = {one.arg for one in node.keywords}
    if "storage_options" in given:
        raise LeftAloneError("it has storage_options; where the accessor goes is up to settings")
    bucket, path, ending = found
    call = f"{STORAGE.accessor}().download_bytes({bucket}, {path}, is_unpacked=True)"
    text = f"io.BytesIO({call})"
    if name in _READERS and "compression" not in given:
        text += _compression(ending, is_alone=len(node.args) == 1)
    return Rewrite((replaced(code, node.args[0], text),), ("io", STORAGE.needed))


def _compression(ending: str, *, is_alone: bool) -> str:
    """What pandas tells from the ending of an address, as an argument."""
    if not ending or ".tar" in ending:
        raise LeftAloneError("its ending does not say how it is packed; give compression")
    packed = next((way for end, way in _PACKED.items() if ending.endswith(end)), None)
    if packed is None:
        return ""
    if not is_alone:
        raise LeftAloneError(f"it is packed; give compression={packed!r} by its name")
    return f', compression="{packed}"'
