"""The pages of the documentation, and what stands in them as code."""

from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
TEMPLATE = REPOSITORY / "scaffold" / "template"
PROJECT = TEMPLATE / "{{cookiecutter.project_slug}}"

PAGES = (
    REPOSITORY / "README.md",
    *sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts),
)
EVERY_PAGE = (
    *PAGES,
    REPOSITORY / "CONTRIBUTING.md",
    REPOSITORY / "CHANGELOG.md",
    PROJECT / "README.md",
)


def page_name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def tokens(path: Path) -> Iterator[Token]:
    """Every token of the page, also those inside of paragraphs and tables."""
    for token in MarkdownIt().enable("table").parse(path.read_text(encoding="utf-8")):
        yield token
        yield from token.children or ()


def blocks(path: Path, language: str) -> list[str]:
    """The code blocks of the page that are marked as `language`; "" for those without a mark."""
    return [
        token.content
        for token in tokens(path)
        if (token.type == "fence" and token.info == language)
        or (token.type == "code_block" and not language)
    ]


def inline_codes(path: Path) -> list[str]:
    return [token.content for token in tokens(path) if token.type == "code_inline"]


def command_lines(path: Path) -> list[str]:
    """What the page tells its reader to type: after `$ ` in sessions, and code in the text."""
    sessions = [
        line[2:]
        for block in blocks(path, "console")
        for line in block.splitlines()
        if line.startswith("$ ")
    ]
    plain = [line for block in blocks(path, "") for line in block.splitlines()]
    return [*sessions, *plain, *inline_codes(path)]
