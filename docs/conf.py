# ml-api-kit
"""How the documentation is built: `make docs`."""

import re

from sphinx.application import Sphinx

from ml_api_kit import __version__

project = "ml-api-kit"
author = "the ml-api-kit authors"
project_copyright = f"2026, {author}"
release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"ml-api-kit {release}"
html_copy_source = False

autodoc_default_options = {"members": True, "member-order": "bysource"}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
# Docstrings set code in single backticks.
default_role = "code"

_FIELD = re.compile(r"(?:Raises ([\w, ]+)|(Source)): ")
# "`$ref`s": reStructuredText wants to be told that the code ends there.
_CODE_ENDING_IN_A_WORD = re.compile(r"(`[^`]+`)(?=\w)")

# A line of an example, and a command at the end of a sentence.
_TYPED = re.compile(r"(?<=^\| ).+|(?<=: )mlapi .+")


def show_house_docstrings(
    app: Sphinx, kind: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    """Change `lines`, a docstring in the form of this repository, to what Sphinx sets well.

    Sentences `Raises SomeError: when ...` and `Source: ...` become fields, and an indented
    paragraph (a drawing, the steps of a run) is set as it stands.
    """
    shown: list[str] = []
    before = ""
    text = _CODE_ENDING_IN_A_WORD.sub(r"\1\\ ", "\n".join(lines))
    for paragraph in text.split("\n\n"):
        if paragraph.startswith("    ") and before and not before.startswith("    "):
            shown += ["::", ""]
        shown += [*to_fields(paragraph.split("\n")), ""]
        before = paragraph
    lines[:] = shown


def to_fields(paragraph: list[str]) -> list[str]:
    """The lines of `paragraph`, with its sentences of `Raises` and `Source` as fields."""
    shown: list[str] = []
    is_field = False
    for line in paragraph:
        if field := _FIELD.match(line):
            name = f"raises {field[1]}" if field[1] else "Source"
            shown += [*([""] if shown and not is_field else []), f":{name}: {line[field.end() :]}"]
            is_field = True
        else:
            shown.append(f"    {line.strip()}" if is_field else line)
    return shown


def show_commands_as_code(app: Sphinx, context: object, lines: list[str]) -> None:
    """Change `lines`, a help text, so that what is to be typed is set as it is typed."""
    lines[:] = [_TYPED.sub(r"``\g<0>``", line) for line in lines]


def setup(app: Sphinx) -> None:
    """Let docstrings and help texts pass through here before any other extension reads them."""
    app.connect("autodoc-process-docstring", show_house_docstrings, priority=400)
    for part in ("description", "epilog"):
        app.connect(f"sphinx-click-process-{part}", show_commands_as_code)
