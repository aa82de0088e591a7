"""Which definitions reach a name, and how statements are taken out."""

from __future__ import annotations

import ast

import pytest

from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.edits import applied, removed, with_import


def _reaching(source: str) -> list[int]:
    """The lines of the definitions of `x` that reach the argument of `use(x)`; 0 for no line."""
    code = Code(source)
    for call in code.calls():
        if isinstance(call.func, ast.Name) and call.func.id == "use":
            [name] = call.args
            assert isinstance(name, ast.Name)
            return sorted(getattr(one.statement, "lineno", 0) for one in code.flow.reaching(name))
    raise AssertionError("there is no use")


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("x = 1\nx = 2\nuse(x)\n", [2]),
        ("x = 1\nif a:\n    x = 2\nuse(x)\n", [1, 3]),
        ("x = 1\nif a:\n    x = 2\nelse:\n    x = 3\nuse(x)\n", [3, 5]),
        ("x = 1\nfor i in a:\n    use(x)\n    x = 2\n", [1, 4]),
        ("x = 1\nwhile a:\n    x = 2\nuse(x)\n", [1, 3]),
        ("x = 1\ntry:\n    x = 2\n    f()\nexcept E:\n    use(x)\n", [1, 3]),
        ("x = 1\nwith a as x:\n    use(x)\n", [2]),
        ("x = 1\ndef f():\n    use(x)\nx = 2\n", [1, 4]),
        ("x = 1\ndef f(x):\n    use(x)\n", [2]),
        ("x = 1\ny = [use(x) for x in a]\n", [0]),
        ("x = 1\nx += 2\nuse(x)\n", [2]),
        ("x = 1\n(x := 3)\nuse(x)\n", [2]),
        ("x = 1\nmatch a:\n    case [x]:\n        pass\nuse(x)\n", [1, 3]),
        ("import x\nuse(x)\n", [1]),
        ("use(x)\n", []),
    ],
)
def test_definitions_that_reach_a_name(source: str, lines: list[int]) -> None:
    assert _reaching(source) == lines


def test_name_that_a_function_rebinds_is_never_single() -> None:
    code = Code("x = 1\ndef f():\n    global x\n    x = 2\nuse(x)\n")
    [use] = [call.args[0] for call in code.calls()]
    assert isinstance(use, ast.Name)
    assert code.flow.single(use) is None


@pytest.mark.parametrize(
    ("source", "number", "after"),
    [
        ("a = 1  # one\nb = 2\n", 0, "b = 2\n"),
        ("a = 1; b = 2\n", 0, "b = 2\n"),
        ("a = 1; b = 2\n", 1, "a = 1\n"),
        ("a = 1; b = 2; c = 3\n", 1, "a = 1; c = 3\n"),
        ("ä = 'ü'; b = 'ß'\nc = 3\n", 1, "ä = 'ü'\nc = 3\n"),
        ("a = (\n    1\n)\nb = 2", 0, "b = 2"),
        ("b = 2\na = 1", 1, "b = 2\n"),
    ],
)
def test_statement_is_taken_out(source: str, number: int, after: str) -> None:
    code = Code(source)
    assert applied(source, [removed(code, code.tree.body[number])]) == after


def test_block_keeps_a_statement() -> None:
    code = Code("if a:\n    b = 1\nc = 2\n")
    inner = code.tree.body[0].body[0]  # type: ignore[attr-defined]
    assert applied(code.source, [removed(code, inner)]) == "if a:\n    pass\nc = 2\n"


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("x = 1\n", "import io\nx = 1\n"),
        ("import io\nx = 1\n", "import io\nx = 1\n"),
        ('"""Doc."""\n\nimport a\nx = 1\n', '"""Doc."""\n\nimport a\nimport io\nx = 1\n'),
        ('"""Doc."""\n@f\ndef g(): ...\n', '"""Doc."""\nimport io\n@f\ndef g(): ...\n'),
        (
            "from __future__ import annotations\nx = 1\n",
            "from __future__ import annotations\nimport io\nx = 1\n",
        ),
        ('import a; x = """\n"""\n', 'import io\nimport a; x = """\n"""\n'),
    ],
)
def test_import_is_added_once_behind_the_others(source: str, after: str) -> None:
    made = with_import(source, "io")
    assert made == after
    assert with_import(made, "io") == made
