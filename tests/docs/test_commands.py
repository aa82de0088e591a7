"""Every command that the documentation tells its readers to type is there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ml_api_kit.cli.root import mlapi
from tests.docs.pages import EVERY_PAGE, PROJECT, REPOSITORY, command_lines, page_name

TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
# A place that stands for a word of the reader's own.
PLACEHOLDERS = ("…", "...", "[")


def simple_commands(line: str) -> Iterator[list[str]]:
    """The words of each command of a line such as `cd api && make test   # its tests`."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if set(word) <= set("&|;"):
            yield words
            words = []
        else:
            words.append(word)
    yield words


def commands(path: Path, program: str) -> list[list[str]]:
    """The arguments that the page gives to `program`."""
    lines = [line.strip() for line in command_lines(path) if program in line]
    found: list[list[str]] = []
    for line in lines:
        try:
            simple = list(simple_commands(line))
        except ValueError:  # an apostrophe: it is not a command, but a sentence
            continue
        found += [words[1:] for words in simple if words and words[0].split("/")[-1] == program]
    return found


def fault(words: list[str]) -> str | None:
    """What is wrong with the arguments of `mlapi`, or None."""
    command: click.Command = mlapi
    context = click.Context(command)
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if "|" in name or name in PLACEHOLDERS:
            return None
        inner = command.get_command(context, name)
        if inner is None:
            return f"there is no command {name!r}"
        command, context = inner, click.Context(inner, parent=context)
    options = {name for parameter in command.params for name in parameter.opts}
    options |= {"-h", "--help"}
    unknown = [word for word in rest if re.match(r"-+[a-z]", word) and word not in options]
    return f"there is no option {unknown[0]}" if unknown else None


def test_fault_of_what_is_not_there() -> None:
    assert fault(["new", "student-api", "--no-input"]) is None
    assert fault(["token", "new"]) is None
    assert fault(["nwe"]) == "there is no command 'nwe'"
    assert fault(["token", "old"]) == "there is no command 'old'"
    assert fault(["new", "--overwrite"]) == "there is no option --overwrite"


def test_simple_commands_of_a_line() -> None:
    assert list(simple_commands("cd api && make test   # all")) == [["cd", "api"], ["make", "test"]]


@pytest.mark.parametrize("page", EVERY_PAGE, ids=page_name)
def test_mlapi_commands_of_page(page: Path) -> None:
    wrong = {" ".join(words): fault(words) for words in commands(page, "mlapi")}
    assert {words: said for words, said in wrong.items() if said} == {}


@pytest.mark.parametrize("page", EVERY_PAGE, ids=page_name)
def test_make_targets_of_page(page: Path) -> None:
    makefiles = (
        [PROJECT / "Makefile"]
        if page.parent == PROJECT
        else [REPOSITORY / "Makefile", PROJECT / "Makefile"]
    )
    there = {name for file in makefiles for name in TARGET.findall(file.read_text())}
    wanted = {
        word
        for words in commands(page, "make")
        for word in words
        if re.fullmatch(r"[a-z][a-z-]*", word)
    }
    assert wanted <= there


def every_command(command: click.Command) -> Iterator[click.Command]:
    yield command
    for name in (
        command.list_commands(click.Context(command)) if isinstance(command, click.Group) else ()
    ):
        inner = command.get_command(click.Context(command), name)
        assert inner is not None
        yield from every_command(inner)


def test_help_shows_no_control_words() -> None:
    """Click wants the character itself; a raw docstring shows its readers a backslash."""
    for command in every_command(mlapi):
        assert "\\b" not in command.get_help(click.Context(command))


def test_pages_name_commands() -> None:
    """The tests above look at something."""
    named = {words[0] for page in EVERY_PAGE for words in commands(page, "mlapi") if words}
    assert set(mlapi.list_commands(click.Context(mlapi))) <= named
    assert {"test", "run"} <= {
        word for page in EVERY_PAGE for w in commands(page, "make") for word in w
    }
