"""The page: all in one file, nothing of the notebook alive in it, readable for everyone."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand.page import to_page
from ml_api_kit.research.understand.page_code import highlighted, to_html
from ml_api_kit.research.understand.page_style import COLOURS, DARK, LIGHT
from ml_api_kit.research.understand.report import to_report
from tests.research.notebooks import convert_cells, notebook_text

EXAMPLES = Path(__file__).parents[3] / "examples"
VOID = {"meta", "input", "link", "br", "img"}
# What HTML lets a writer leave out.
MAY_STAY_OPEN = {"th"}


class Page(HTMLParser):
    """What a browser would find in the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID | MAY_STAY_OPEN:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(path: Path) -> Page:
    code = read_research_code(path)
    return Page(to_page(code, to_report(code, None)))


def page_of_cells(folder: Path, *cells: str) -> Page:
    path = folder / "research.ipynb"
    path.write_text(notebook_text(*cells), encoding="utf-8")
    return page_of(path)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_page_of_example_is_whole_and_loads_nothing(path: Path) -> None:
    page = page_of(path)
    assert page.open == []
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(page.tags)
    for name, value in page.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "srcset", "data")
        if name == "href":
            assert (value or "").removeprefix("#") in page.ids
    assert len(page.ids) == len(set(page.ids))


HOSTILE = """</script></style></pre><script>alert('x')</script><img src=x onerror="a()">"""


def test_hostile_notebook_is_text(tmp_path: Path) -> None:
    page = page_of_cells(
        tmp_path,
        f"import pandas as pd\ndf = pd.read_csv('''{HOSTILE}''')",
        f"df['''{HOSTILE}'''] = df['a'].fillna('''{HOSTILE}''')",
        f"# {HOSTILE}\nprint('''{HOSTILE}''')",
        "x = '/home/<script>alert(1)</script>/a'\npassword = '<b>hunter2</b>'",
    )
    assert page.open == []
    assert not {"script", "img"} & set(page.tags)
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert "<script>alert('x')</script>" in page.text


def test_hostile_markdown_and_name_are_text(tmp_path: Path) -> None:
    path = tmp_path / "<b>name<b>.py"
    path.write_text(f"# %% [markdown]\n# # {HOSTILE}\n# %%\nx = 1\nprint(x)\n", encoding="utf-8")
    page = page_of(path)
    assert page.open == []
    assert "script" not in page.tags
    assert "<b>name<b>.py" in page.text


def test_script_policy_is_in_the_head(tmp_path: Path) -> None:
    page = page_of_cells(tmp_path, "print(1)")
    policies = [value for name, value in page.attributes if name == "content"]
    assert "default-src 'none'; style-src 'unsafe-inline'" in policies


def test_secret_is_nowhere_in_the_page(tmp_path: Path) -> None:
    cells = ("password = 'hunter2222'\nurl = 'mysql://ann:hunter2222@db/x'", "print(password)")
    page = page_of_cells(tmp_path, *cells)
    assert "hunter2222" not in page.text
    assert not any("hunter2222" in (value or "") for _, value in page.attributes)
    assert "hu…" in page.text


def test_what_is_no_python_is_told(tmp_path: Path) -> None:
    page = page_of_cells(tmp_path, "!pip install seaborn\n!ls <b>\nprint(1)")
    assert "It installs seaborn." in page.text
    assert "the shell line !ls <b> was left out." in page.text


def test_statements_are_anchors_and_smells_stand_beside_them(tmp_path: Path) -> None:
    page = page_of_cells(tmp_path, "x = 1\nprint(x)", "print(late)", "late = 1\nprint(late)")
    assert {"s0", "s1", "s2", "cell1", "cell2"} <= set(page.ids)
    assert page.text.count("late is read before it is defined") == 2


def test_page_of_a_run_shows_api_and_replacements(tmp_path: Path) -> None:
    cells = (
        "import pandas as pd\nfrom sklearn.linear_model import LinearRegression",
        "df = pd.DataFrame({'a': [1.0, None, 3.0, 4.0], 'b': [1.0, 2.0, 3.0, 9.0]})",
        "for c in ['a']:\n    df[c] = df[c].fillna(df[c].mean())",
        "m = LinearRegression().fit(df[['a']], df['b'])\nm.predict(df[['a']])",
    )
    interface = convert_cells(tmp_path, *cells).interface
    code = read_research_code(tmp_path / "code" / "research.ipynb")
    page = Page(to_page(code, to_report(code, interface)))
    assert page.open == []
    assert f"POST /v1/{interface['noun']}" in page.text
    assert "4 of 4 rows as the notebook did" in page.text
    assert "filled(row['a']" in page.text
    assert "the model needs it" in page.text


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("shades", "variant", "on"), [(LIGHT, 0, "#ffffff"), (DARK, 1, "#12161d")])
def test_every_text_has_contrast_in_light_and_dark(
    shades: tuple[str, ...], variant: int, on: str
) -> None:
    paper, panel, ink, quiet, _, link = shades
    for text in (ink, quiet, link):
        assert contrast(text, paper) >= 4.5
        assert contrast(text, panel) >= 4.5
    for name, pair in COLOURS.items():
        assert contrast(pair[variant], on) >= 4.5, name
        assert contrast(pair[variant], panel) >= 4.5, name


def test_style_knows_dark_and_print(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("print(1)\n", encoding="utf-8")
    code = read_research_code(path)
    text = to_page(code, to_report(code, None))
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    assert not re.search(r"url\((?!#)|@import|https?:", text)


@pytest.mark.parametrize(
    "source",
    [
        "x = 1  # one\n",
        "def f(a):\n    return f'{a!r:>10}' + \"<&>\"\n",
        "text = '''a\n  b'''\ny = 2",
        "broken = (1,",
        "unfinished = '''a",
        "",
        "ä = 'é'; b = 0x1F",
    ],
)
def test_highlighted_code_says_what_the_code_says(source: str) -> None:
    assert Page(highlighted(source)).text == source


def test_sentence_with_code() -> None:
    assert to_html("`a<b` is <c>") == "<code>a&lt;b</code> is &lt;c&gt;"
