"""The drawing of how data flows: what is in it, and where."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ElementTree
from itertools import combinations
from pathlib import Path

import pytest

from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand.dataflow import names_of
from ml_api_kit.research.understand.drawing import to_list, to_svg
from ml_api_kit.research.understand.evidence import Evidence
from ml_api_kit.research.understand.graph import Graph, to_graph
from ml_api_kit.research.understand.layout import BOX_HEIGHT, BOX_WIDTH, lay_out
from ml_api_kit.research.understand.report import to_report
from tests.research.notebooks import write_notebook

READ = "import pandas as pd\ndf = pd.read_csv('a.csv')"


def graph_of(folder: Path, *cells: str) -> Graph:
    code = read_research_code(write_notebook(folder, *cells))
    return to_graph(to_report(code, None)["statements"], Evidence(code).edges)


def flows(graph: Graph) -> set[tuple[str, str]]:
    return {(graph.boxes[one.maker].source, graph.boxes[one.reader].source) for one in graph.arrows}


@pytest.mark.parametrize(
    ("source", "defines", "changes", "reads"),
    [
        ("x = y", {"x"}, set(), {"y"}),
        ("df['a'] = 1", set(), {"df"}, {"df"}),
        ("df.loc[m, 'a'] = v", set(), {"df"}, {"df", "m", "v"}),
        ("model.fit(X)", set(), {"model"}, {"model", "X"}),
        ("df.drop('a', inplace=True)", set(), {"df"}, {"df"}),
        ("total += one", {"total"}, set(), {"total", "one"}),
        ("xs = [x for x in ys]", {"xs"}, set(), {"ys"}),
        ("def f(a):\n    b = a + c\n    return b", {"f"}, set(), {"c"}),
        ("g = lambda a: a + b", {"g"}, set(), {"b"}),
        ("import numpy as np", {"np"}, set(), set()),
        ("a, (b, *c) = d", {"a", "b", "c"}, set(), {"d"}),
    ],
)
def test_names_of(source: str, defines: set[str], changes: set[str], reads: set[str]) -> None:
    names = names_of(source)
    assert (names.defines, names.changes, names.reads) == (defines, changes, reads)


def test_what_a_function_reads_is_not_read_at_once() -> None:
    names = names_of("def f():\n    return late + [x for x in later]")
    assert names.reads == {"late", "later"}
    assert names.immediate == set()


def test_modules_are_not_changed() -> None:
    assert names_of("np.append(x, 1)", {"np"}).changes == set()


def test_edges_are_of_the_last_definition(tmp_path: Path) -> None:
    graph = graph_of(
        tmp_path, READ, "df['a'] = df['a'] * 2", "b = df['b'] + 1", "df = pd.read_csv('b.csv')",
        "c = df['c'] + 1",
    )  # fmt: skip
    assert flows(graph) == {
        ("df = pd.read_csv('a.csv')", "df['a'] = df['a'] * 2"),
        ("df['a'] = df['a'] * 2", "b = df['b'] + 1"),
        ("df = pd.read_csv('b.csv')", "c = df['c'] + 1"),
    }


def test_change_of_one_name_is_a_change_of_the_other(tmp_path: Path) -> None:
    cells = (READ, "X = df", "X['a'] = X['a'] * 2", "b = df['b'] + 1", "X = df.copy()")
    graph = graph_of(tmp_path, *cells, "X['c'] = X['a'] * 3", "d = df['b'] + 2")
    into = {target: maker for maker, target in flows(graph)}
    assert into["b = df['b'] + 1"] == "X['a'] = X['a'] * 2"
    assert into["d = df['b'] + 2"] == "X['a'] = X['a'] * 2"


def test_what_flows_through_support_is_an_edge(tmp_path: Path) -> None:
    statements = [
        {"category": "preparation", "cell": 1, "source": "a"},
        {"category": "support", "cell": 2, "source": "b"},
        {"category": "ml", "cell": 3, "source": "c"},
    ]
    code = read_research_code(write_notebook(tmp_path, "a = 1", "b = a", "c = b"))
    through = to_graph(statements, Evidence(code).edges)
    assert flows(through) == {("a", "c")}
    assert through.left_out == "Not drawn: 1 of support."


def test_statements_that_the_model_does_not_need_are_left_out_and_counted() -> None:
    statements = [
        {"category": "ml", "cell": 1, "source": "a", "is_needed": True},
        {"category": "ml", "cell": 2, "source": "b", "is_needed": False},
    ]
    graph = to_graph(statements, ())
    assert [box.source for box in graph.boxes] == ["a"]
    assert graph.left_out == "Not drawn: 1 that the model does not need."


@pytest.mark.parametrize("count", [24, 25, 200, 3000])
def test_large_notebooks_are_grouped_and_nothing_is_dropped(count: int) -> None:
    kinds = ("preprocessing", "ml", "export")
    statements = [
        {"category": kinds[place % 3], "cell": place // 2, "source": f"v{place} = 1"}
        for place in range(count)
    ]
    graph = to_graph(statements, ())
    assert sorted(place for box in graph.boxes for place in box.places) == list(range(count))
    assert len(graph.boxes) <= 40
    assert bool(graph.left_out) == (len(graph.boxes) < count)


def test_nothing_to_draw_says_so() -> None:
    svg = to_svg(to_graph([{"category": "support", "cell": 1, "source": "x"}], ()))
    assert "<svg" not in svg
    assert "No data flows" in svg


def test_drawing_links_every_box_and_tells_it_in_words(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, READ, "df['a'] = df['a'] * 2")
    svg = ElementTree.fromstring(to_svg(graph))
    links = [one.attrib["href"] for one in svg.iter("a")]
    assert links == ["#s1", "#s2"]
    assert all(one.find("title") is not None for one in svg.iter("a"))
    words = to_list(graph)
    assert "df of cell 1" in words
    assert "cell 2" in words


def random_arrows(count: int, seed: int) -> list[tuple[int, int]]:
    draw = random.Random(seed)
    pairs = list(combinations(range(count), 2))
    return sorted(draw.sample(pairs, min(len(pairs), 2 * count)))


@pytest.mark.parametrize(("count", "seed"), [(1, 0), (2, 1), (9, 2), (24, 3), (40, 4), (40, 5)])
def test_layout_overlaps_nowhere_and_flows_down(count: int, seed: int) -> None:
    arrows = random_arrows(count, seed)
    layout = lay_out(count, arrows)
    for one, other in combinations(layout.corners.values(), 2):
        apart = abs(one[0] - other[0]) >= BOX_WIDTH or abs(one[1] - other[1]) >= BOX_HEIGHT
        assert apart
    for maker, reader in arrows:
        assert layout.corners[maker][1] < layout.corners[reader][1]
        heights = [y for _, y in layout.lines[maker, reader]]
        assert heights == sorted(heights)
        assert layout.lines[maker, reader][0][1] == layout.corners[maker][1] + BOX_HEIGHT
        assert layout.lines[maker, reader][-1][1] == layout.corners[reader][1]
    for x, y in layout.corners.values():
        assert 0 <= x <= layout.width - BOX_WIDTH
        assert 0 <= y <= layout.height - BOX_HEIGHT


def test_chain_is_a_straight_column() -> None:
    layout = lay_out(5, [(0, 1), (1, 2), (2, 3), (3, 4)])
    assert len({round(x) for x, _ in layout.corners.values()}) == 1
