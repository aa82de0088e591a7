"""Serves the API as it is served in production: `python run.py`, `make run`, the container.

Reads HOST, PORT, WORKERS and THREADS, and a file `.env` beside this one where there is one.
Ctrl-C or SIGTERM answer the requests in flight, then end it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dotenv import load_dotenv
from ml_api_kit.errors import MlApiError
from ml_api_kit.serving import serve
from ml_api_kit.settings import whole_number

if __name__ == "__main__":
    env_file = Path(__file__).with_name(".env")
    try:
        load_dotenv(env_file)
    except (OSError, ValueError) as error:
        # Not what is in the file, which may be a token.
        sys.exit(
            f"Error: {env_file} cannot be used ({type(error).__name__}): it must be UTF-8 text that"
            " you may read. Move it away, and `make token` makes a new one."
        )
    try:
        serve(
            "{{ cookiecutter.package_name }}.app:create_app",
            is_factory=True,
            host=os.environ.get("HOST") or "127.0.0.1",
            port=whole_number(os.environ, "PORT", default=8000),
            workers=whole_number(os.environ, "WORKERS", default=1),
            threads=whole_number(os.environ, "THREADS", default=4),
        )
    except MlApiError as error:
        sys.exit(f"Error: {error}")
