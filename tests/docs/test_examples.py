"""The Python examples in the documentation run, page by page, and give what stands there."""

import shutil
import sys
from collections.abc import Iterator
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser

from ml_api_kit.gcp_accessor.local.process import stop_local_server
from ml_api_kit.project import bake_project
from tests.docs.pages import PAGES, REPOSITORY, blocks, page_name

EXAMPLES = Sybil(
    [PythonCodeBlockParser(doctest_optionflags=ELLIPSIS | NORMALIZE_WHITESPACE)], pattern="*.md"
)
PACKAGE = "student_api"


def pages_with(language: str) -> list[Path]:
    return [path for path in PAGES if blocks(path, language)]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    return bake_project("student-api", output_folder=folder, answers={})


@pytest.fixture
def here(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The folder of a generated project, with BigQuery and Cloud Storage of its own."""
    folder = shutil.copytree(project, tmp_path / project.name)
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("MLAPI_GCP_BACKEND", "local")
    monkeypatch.delenv("MLAPI_LOCAL_FOLDER", raising=False)
    yield
    stop_local_server(Path(".mlapi/gcp"))
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


# A page is one test, since its examples build on those above them.
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("page", pages_with("python"), ids=page_name)
def test_examples_of_page(page: Path) -> None:
    for example in EXAMPLES.parse(page).examples():
        example.evaluate()


@pytest.mark.parametrize("page", pages_with("py"), ids=page_name)
def test_excerpts_of_page_are_of_the_generated_project(page: Path, project: Path) -> None:
    """Excerpts are marked `py` and not `python`, since they do not run by themselves."""
    sources = [path.read_text(encoding="utf-8") for path in project.rglob("*.py")]
    for excerpt in blocks(page, "py"):
        assert any(excerpt in source for source in sources), excerpt


def test_some_page_has_each_kind() -> None:
    assert REPOSITORY / "README.md" in pages_with("python")
    assert REPOSITORY / "README.md" in pages_with("py")
