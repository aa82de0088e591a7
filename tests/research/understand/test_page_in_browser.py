"""The page in a real browser: what is drawn, and that nothing of the notebook runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand.page import to_page
from ml_api_kit.research.understand.report import to_report
from tests.research.notebooks import write_notebook

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
EXAMPLES = Path(__file__).parents[3] / "examples"
HOSTILE = (
    "</script></pre><script>document.title='run'</script>"
    "<img src=x onerror='document.title=String(1)'>"
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


def in_browser(page: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    assert CHROMIUM is not None
    command = [
        CHROMIUM,
        *FLAGS,
        f"--user-data-dir={page.parent / 'profile'}",
        *flags,
        page.as_uri(),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


def write_page(notebook: Path, folder: Path) -> Path:
    code = read_research_code(notebook)
    page = folder / "page.html"
    page.write_text(to_page(code, to_report(code, None)), encoding="utf-8")
    return page


def test_example_is_drawn_whole(tmp_path: Path) -> None:
    notebook = EXAMPLES / "messy.ipynb"
    page = write_page(notebook, tmp_path)
    document = in_browser(page, "--dump-dom").stdout
    statements = len(read_research_code(notebook).statements)
    assert len(re.findall(r'class="statement', document)) == statements
    assert document.count('class="box') >= 5
    assert "messy.ipynb, understood" in document


def test_what_a_hostile_notebook_holds_does_not_run(tmp_path: Path) -> None:
    notebook = write_notebook(
        tmp_path, f'x = """{HOSTILE}"""\nprint(x)', f'# {HOSTILE}\nprint("""{HOSTILE}""")'
    )
    page = write_page(notebook, tmp_path)
    document = in_browser(page, "--dump-dom").stdout
    assert "<title>research.ipynb, understood</title>" in document
    assert "<script" not in document
    assert "<img" not in document
    # The policy holds even where a script would have come through.
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("</body>", "<script>document.title='run'</script></body>"))
    assert "<title>research.ipynb, understood</title>" in in_browser(page, "--dump-dom").stdout


def test_page_prints(tmp_path: Path) -> None:
    page = write_page(EXAMPLES / "penguins.ipynb", tmp_path)
    paper = tmp_path / "page.pdf"
    in_browser(page, f"--print-to-pdf={paper}")
    assert paper.read_bytes().startswith(b"%PDF")
