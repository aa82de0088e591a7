"""This package's own wheel, packed from where it is installed.

A generated project runs on machines that have never seen ml-api-kit, so its wheel travels in the
project. The wheel is made from the installed files, which works offline, without a build back end,
and for a checkout as well as for an installed wheel. The same files give the same bytes.
"""

from __future__ import annotations

import csv
import io
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import ml_api_kit
from ml_api_kit.errors import ProjectError
from ml_api_kit.project.template_folder import converted_folder, template_folder

DISTRIBUTION = "ml-api-kit"

_WHEEL_FILE = (
    "Wheel-Version: 1.0\nGenerator: ml-api-kit\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
)
_EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"})


def pack_wheel(folder: Path) -> Path:
    """The path of the wheel written into `folder`.

    Raises ProjectError: when ml-api-kit is only on the path and not installed.
    Source: binary distribution format,
    https://packaging.python.org/en/latest/specifications/binary-distribution-format/
    """
    installed = _installed_distribution()
    stem = f"ml_api_kit-{installed.version}"
    files = dict(_package_files())
    files |= {f"{stem}.dist-info/{name}": data for name, data in _metadata_files(installed)}
    record = f"{stem}.dist-info/RECORD"
    path = folder / f"{stem}-py3-none-any.whl"
    with ZipFile(path, "w") as wheel:
        for name, data in {**files, record: _record(files, record)}.items():
            _write(wheel, name, data)
    return path


def _record(files: Mapping[str, bytes], record: str) -> bytes:
    """The digest and the size in bytes of every file but the record itself."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    for name, data in files.items():
        digest = urlsafe_b64encode(sha256(data).digest()).decode().rstrip("=")
        lines.writerow([name, f"sha256={digest}", len(data)])
    lines.writerow([record, "", ""])
    return text.getvalue().encode()


def _installed_distribution() -> Distribution:
    try:
        return distribution(DISTRIBUTION)
    except PackageNotFoundError as error:
        raise ProjectError(
            "ml-api-kit is importable but not installed, so its wheel cannot be packed: "
            "run pip install on its wheel or checkout."
        ) from error


def _package_files() -> Iterator[tuple[str, bytes]]:
    package = Path(ml_api_kit.__file__).parent
    files = {f"ml_api_kit/{name}": path for name, path in _walk(package)}
    for folder in (template_folder(), converted_folder()):
        inside = f"ml_api_kit/project/{folder.name}"
        files |= {f"{inside}/{name}": path for name, path in _walk(folder)}
    for name in sorted(files):
        yield name, files[name].read_bytes()


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and path.suffix != ".pyc" and _LEFT_OUT.isdisjoint(name.parts):
            yield name.as_posix(), path


def _metadata_files(installed: Distribution) -> Iterator[tuple[str, bytes]]:
    for name in ("METADATA", "entry_points.txt", "licenses/LICENSE"):
        text = installed.read_text(name)
        if text is None:
            raise ProjectError(f"The installed ml-api-kit lacks {name}: install it anew.")
        yield name, text.encode()
    yield "WHEEL", _WHEEL_FILE.encode()


def _write(wheel: ZipFile, name: str, data: bytes) -> None:
    info = ZipInfo(name, date_time=_EARLIEST_ZIP_TIME)
    info.external_attr = 0o644 << 16
    info.compress_type = ZIP_DEFLATED
    wheel.writestr(info, data)
