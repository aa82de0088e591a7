"""Answers of Google's reference evaluator, which runs as WebAssembly in this process.

The package `zetasql` compiles its module anew in every process, which takes half a minute and a
gigabyte. Here it is compiled once, by a process of its own, and kept in the cache folder; from then
on it is ready within a second or two.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ml_api_kit.errors import MissingExtraError
from ml_api_kit.gcp_accessor.cache_folder import cache_folder
from ml_api_kit.gcp_accessor.googlesql.values import plain_value, type_name

# Compiles the module in a process of its own, whose memory goes back when it ends.
_COMPILE = """
import sys, wasmtime
config = wasmtime.Config()
config.shared_memory = True
module = wasmtime.Module.from_file(wasmtime.Engine(config), sys.argv[1])
open(sys.argv[2], "wb").write(module.serialize())
"""
_ERROR = re.compile(r"^\[([A-Z_]+)\] (.*)$", re.DOTALL)


class GoogleSqlError(Exception):
    """What Google's analyzer or evaluator says against a query.

    `code` is INVALID_ARGUMENT for what is no valid query, OUT_OF_RANGE for an error while it runs,
    and UNIMPLEMENTED for what the evaluator cannot do.

    >>> GoogleSqlError("OUT_OF_RANGE", "division by zero: 1 / 0").code
    'OUT_OF_RANGE'
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep the code beside the message."""
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class SqlAnswer:
    """The columns' names and legacy type names, and the rows in the form of BigQuery's answers.

    A scalar is its text or None, an array a list, a struct a tuple.
    """

    names: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[list[Any]]


class Evaluator:
    """Google's evaluator, for queries that read no table.

    Its first use compiles the module, which takes about a minute.
    """

    def __init__(self) -> None:
        """Load the module; compile it where it is not in the cache folder yet.

        Raises MissingExtraError: when the package `zetasql` is not installed.
        """
        if find_spec("zetasql") is None:
            raise MissingExtraError("Google's evaluator of SQL", "googlesql")
        self._module = compiled_module()
        self._client = _new_client(self._module)
        self._options = self._language_options()

    def evaluate(self, sql: str) -> SqlAnswer:
        """The answer of a query that reads no table.

        Raises GoogleSqlError: when it is not valid, or fails.
        """
        import wasmtime
        from zetasql.core.exceptions import ServerError
        from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as protocol

        request = protocol.EvaluateQueryRequest(sql=sql)
        request.options.language_options.CopyFrom(self._options)
        request.options.default_timezone = "UTC"
        builtins = request.simple_catalog.builtin_function_options
        builtins.language_options.CopyFrom(self._options)
        request.simple_catalog.name = "local"
        try:
            response = self._client.call_grpc_func(
                "ZetaSqlLocalService_EvaluateQuery", request, protocol.EvaluateQueryResponse
            )
        except ServerError as error:
            found = _ERROR.match(str(error))
            raise GoogleSqlError(*(found.groups() if found else ("INTERNAL", str(error)))) from None
        except wasmtime.Trap:
            # The module is of no use any more once it has failed within.
            self._client = _new_client(self._module)
            raise GoogleSqlError("INTERNAL", "The evaluator failed on this query.") from None
        columns = response.prepared.columns
        rows = [
            [plain_value(cell, column.type) for cell, column in zip(row.cell, columns, strict=True)]
            for row in response.content.table_data.row
        ]
        return SqlAnswer(
            tuple(column.name for column in columns),
            tuple(type_name(column.type) for column in columns),
            rows,
        )

    def _language_options(self) -> Any:
        from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as protocol
        from zetasql.wasi._pb2.zetasql.proto import options_pb2
        from zetasql.wasi._pb2.zetasql.public import options_pb2 as public

        options = self._client.call_grpc_func(
            "ZetaSqlLocalService_GetLanguageOptions",
            protocol.LanguageOptionsRequest(maximum_features=True),
            options_pb2.LanguageOptionsProto,
        )
        options.product_mode = public.PRODUCT_EXTERNAL
        return options


def compiled_module() -> Path:
    """The compiled module, made when it is missing: about half a minute, once per version."""
    from zetasql.wasi import get_wasm_path

    source = get_wasm_path()
    versions = f"{version('zetasql')}-{version('wasmtime')}-{sys.platform}"
    key = hashlib.sha256(f"{versions}-{Path(source).stat().st_size}".encode()).hexdigest()[:16]
    target = cache_folder() / f"googlesql-{key}.cwasm"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            # Renamed when whole: two processes may compile at once, none reads half a file.
            made = Path(folder) / "module"
            subprocess.run([sys.executable, "-c", _COMPILE, source, str(made)], check=True)
            made.rename(target)
    return target


def _new_client(module_path: Path) -> Any:
    import wasmtime
    from zetasql.core import wasm_client

    class CachedClient(wasm_client.WasmClient):  # type: ignore[misc, unused-ignore]
        """The client of the package on a module that is compiled already."""

        def __init__(self) -> None:
            wasi = wasmtime.WasiConfig()
            wasi.preopen_dir(wasm_client.get_tzinfo_dir(), "/usr/share/zoneinfo")
            config = wasmtime.Config()
            config.shared_memory = True
            engine = wasmtime.Engine(config)
            self.store = wasmtime.Store(engine)
            self.store.set_wasi(wasi)
            self.module = wasmtime.Module.deserialize_file(engine, str(module_path))
            linker = wasmtime.Linker(engine)
            linker.define_wasi()
            self.instance = linker.instantiate(self.store, self.module)
            self.exports = self.instance.exports(self.store)
            initialize: Any = self.exports["_initialize"]
            initialize(self.store)
            self.memory = self.exports["memory"]

    return CachedClient()
