"""What a worker process of the server does before it serves: leave its group, load the app."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from ml_api_kit.decorators.shared_folder import give_shared_folder
from ml_api_kit.decorators.workers_lock import WorkersLock
from ml_api_kit.errors import MlApiError, ServerStartError
from ml_api_kit.serving.load_news import LoadNews
from ml_api_kit.serving.wakeful import keep_main_thread_wakeful


def load_in_worker(
    app_import: str, *, is_factory: bool, news: LoadNews, shared_folder: Path, lock: WorkersLock
) -> Callable[..., Any]:
    """The WSGI application that `app_import` names; run in each worker process, before it serves.

    `shared_folder` is where the workers keep what they count together, under `lock`.

    Where it cannot be loaded the whole server is ended. An error of this package is told in its
    own sentence; any other is a fault in the code, whose traceback is printed as well.
    """
    _leave_process_group()
    # Forked with the main process's handler, a worker that is told to stop while it still loads
    # would not hear it; granian sets its own handler after this.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    keep_main_thread_wakeful()
    give_shared_folder(shared_folder, lock)
    try:
        app = load_app(app_import, is_factory=is_factory)
    except MlApiError as error:
        news.tell_failure(str(error))
    except Exception as error:  # noqa: BLE001 - whatever the code raises ends the start
        traceback.print_exc()
        news.tell_failure(f"{app_import} cannot be loaded: {type(error).__name__}: {error}")
    news.tell_loaded()
    return app


def load_app(app_import: str, *, is_factory: bool = False) -> Callable[..., Any]:
    """The WSGI application that `app_import` names, such as `student_api.app:app`.

    The current folder is searched first. With `is_factory` the name is of a function without
    arguments that makes the application.

    Raises ServerStartError: when the module has no such name.
    """
    module, _, name = app_import.partition(":")
    folder = str(Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    found: Callable[..., Any] | None = getattr(import_module(module), name or "app", None)
    if found is None:
        raise ServerStartError(
            f"There is no application {name or 'app'!r} in the module {module!r}; name it as"
            " module:attribute, such as student_api.app:app."
        )
    made: Callable[..., Any] = found() if is_factory else found
    return made


def _leave_process_group() -> None:
    # Ctrl-C in a terminal signals the whole group, and the main process then signals its workers
    # as well. A granian worker that gets two signals at once while requests are in flight answers
    # them and may then never end (seen with 2.8.7). Outside of the group it gets only the second.
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
