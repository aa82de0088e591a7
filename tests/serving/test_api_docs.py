from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.serving.running_server import RunningServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def test_page_allows_nothing_from_elsewhere(client: Any) -> None:
    page = client.get("/docs")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "//" not in page.text.replace("</", "")
    assert "Sample &lt;API&gt;" in page.text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("swagger-ui-bundle.js", "text/javascript"),
        ("swagger-ui.css", "text/css"),
        ("start.js", "text/javascript"),
        ("favicon-32x32.png", "image/png"),
    ],
)
def test_parts_of_the_page_are_served(client: Any, name: str, kind: str) -> None:
    with client.get(f"/docs/{name}") as part:
        assert part.status_code == 200
        assert part.mimetype == kind
        assert part.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["index.html", "../VERSION", "%2e%2e/x"])
def test_no_other_file_is_served(client: Any, name: str) -> None:
    assert client.get(f"/docs/{name}").status_code == 404


def test_description_is_made_once(client: Any) -> None:
    first, second = client.get("/openapi.json"), client.get("/openapi.json")
    assert first.mimetype == "application/json"
    assert first.data == second.data


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_page_shows_the_operations_in_a_browser(server: RunningServer, tmp_path: Path) -> None:
    assert CHROMIUM is not None
    options = "--headless --no-sandbox --disable-gpu --disable-background-networking"
    shown = subprocess.run(
        [
            CHROMIUM,
            *options.split(),
            f"--user-data-dir={tmp_path}",
            "--enable-logging=stderr",
            "--virtual-time-budget=8000",
            "--dump-dom",
            f"http://127.0.0.1:{server.port}/docs",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "The mean grade of the students in the request." in shown.stdout
    assert "Content Security Policy" not in shown.stderr
