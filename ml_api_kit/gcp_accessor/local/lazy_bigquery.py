"""The local BigQuery, opened by the first request that needs it or beforehand by a thread."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ml_api_kit.errors import LocalServerError
from ml_api_kit.gcp_accessor.local.dispatch import Activity
from ml_api_kit.gcp_accessor.local.full_disk import is_full
from ml_api_kit.gcp_accessor.local.reserved_port import ReservedPort
from ml_api_kit.gcp_accessor.local.storage.store import Store
from ml_api_kit.gcp_accessor.local.stored_objects import StoredObjects
from ml_api_kit.gcp_accessor.paused_collection import paused_collection

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from ml_api_kit.gcp_accessor.local.bigquery.engine import Engine
    from ml_api_kit.gcp_accessor.local.bigquery.rest.app import App
    from ml_api_kit.gcp_accessor.local.bigquery.storage_read.read_api import ReadApi

_REST_S = 0.5


class UnreadableDatabaseError(LocalServerError):
    """The file of the local BigQuery cannot be opened."""

    def __init__(self, folder: Path, reason: str) -> None:
        """Say which one, why, and what to do."""
        super().__init__(
            f"The tables of the local BigQuery in {folder} cannot be opened ({reason}). Put a copy"
            " back, or move the folder away to begin with none, and run `mlapi gcp stop`."
        )

    def to_json(self) -> dict[str, object]:
        """The body of the answer, with a reason that clients do not ask again for."""
        error = {"reason": "invalid", "message": str(self), "domain": "global"}
        return {"error": {"code": 400, "message": str(self), "errors": [error]}}


_logger = logging.getLogger(__name__)


class LazyBigQuery:
    """A WSGI application that opens the local BigQuery in `folder` once.

    Importing and opening it takes longer than all the rest of the server, which answers meanwhile.
    """

    def __init__(
        self,
        folder: Path,
        *,
        project: str,
        store: Store,
        activity: Activity,
        read_port: ReservedPort,
    ) -> None:
        """Open nothing yet; objects of Cloud Storage are read from `store`.

        The Storage Read API is served at `read_port` from when it is first asked for, as few
        programs do, and it costs memory.
        """
        self._read_port = read_port
        self._folder = folder
        self._activity = activity
        self._project = project
        self._store = store
        self._lock = threading.Lock()
        self._app: App | None = None
        self._engine: Engine | None = None
        self._read_api: ReadApi | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer of the local BigQuery; an error in its words where it cannot be opened."""
        try:
            app = self._opened()
        except UnreadableDatabaseError as error:
            body = json.dumps(error.to_json()).encode()
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
            start_response("400 Bad Request", headers)
            return [body]
        return app(environ, start_response)

    def warm_up(self) -> None:
        """Open it in a thread of its own; when that fails, the first request tries again."""
        threading.Thread(target=self._open_logged, name="open-bigquery", daemon=True).start()

    def warm_up_read_api(self) -> None:
        """Serve the Storage Read API soon, from a thread of its own."""
        threading.Thread(target=self._read_logged, name="open-read-api", daemon=True).start()

    def serve_read_api(self) -> str:
        """Where the Storage Read API is served, as `host:port`; from now on at the latest.

        Raises LocalServerError: when it cannot be.
        """
        self._opened()
        with self._lock:
            if self._read_api is None:
                with paused_collection():
                    from ml_api_kit.gcp_accessor.local.bigquery.storage_read.read_api import ReadApi

                assert self._engine is not None
                assert self._app is not None
                self._read_port.release()
                self._read_api = ReadApi(
                    self._engine,
                    self._app.jobs,
                    host=self._read_port.host,
                    port=self._read_port.number,
                    activity=self._activity,
                )
            return self._read_api.address

    def close(self) -> None:
        """Close it, if it was opened."""
        with self._lock:
            if self._read_api is not None:
                self._read_api.close()
                self._read_api = None
            if self._engine is not None:
                self._close_engine(self._engine)

    def _open_logged(self) -> None:
        try:
            self._opened()
            engine = self._engine
            # Until there is nothing else to do, queries make what they need by themselves.
            time.sleep(_REST_S)
            while self._activity.idle_s() < _REST_S:
                time.sleep(_REST_S)
            if engine is not None and engine is self._engine:
                engine.complete()
        except Exception:
            # Nobody waits for this thread; the log tells, and the first request fails likewise.
            _logger.exception("The local BigQuery cannot be opened.")

    def _read_logged(self) -> None:
        try:
            self.serve_read_api()
        except Exception:
            # As above: who asks for it next is told.
            _logger.exception("The Storage Read API cannot be served.")

    def _let_go(self, engine: Engine) -> None:
        """Close what DuckDB has given up, so that it is opened anew with what was kept."""
        _logger.warning("The local BigQuery is opened anew after a fault of its database.")
        if self._read_api is not None:
            self._read_api.close()
            self._read_api = None
        self._close_engine(engine)

    def _close_engine(self, engine: Engine) -> None:
        if self._app is not None:
            self._app.jobs.close()
        self._engine = self._app = None
        engine.close()

    def _open(self) -> Engine:
        import duckdb

        from ml_api_kit.gcp_accessor.local.bigquery import Engine

        try:
            return Engine(self._folder, project=self._project)
        except duckdb.Error as error:
            if is_full(error):
                raise
            raise UnreadableDatabaseError(self._folder, str(error).splitlines()[0]) from error

    def _opened(self) -> App:
        with self._lock:
            if self._engine is not None and self._engine.is_broken:
                self._let_go(self._engine)
            if self._app is None:
                with paused_collection():
                    from ml_api_kit.gcp_accessor.local.bigquery import create_app

                    self._engine = self._open()
                    self._app = create_app(
                        self._engine, objects=StoredObjects(self._store), activity=self._activity
                    )
            return self._app
