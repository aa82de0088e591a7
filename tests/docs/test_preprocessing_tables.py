"""What stands in one line of the tables of `docs/preprocessing.md` gives the same.

The pandas call, the verb and the plain Python of each line are run on the same rows.
"""

import inspect
import math
import random
import re
from bisect import bisect_left
from collections import Counter
from copy import deepcopy
from datetime import datetime
from itertools import chain, groupby, islice
from operator import itemgetter

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from ml_api_kit import preprocessing
from tests.docs.pages import DOCS

PAGE = DOCS / "preprocessing.md"
ROWS = [
    {"name": "Lovelace, Ada", "school": "south", "grade": 1, "score": 3.0, "born": "2010-05-17"},
    {"name": "Hopper, Grace", "school": "north", "grade": 2, "score": None, "born": "2011-11-21"},
    {"name": "Noether, Emmy", "school": "south", "grade": 4, "score": 5.0, "born": "2012-02-29"},
    {"name": "Curie, Marie", "school": "north", "grade": 2, "score": 4.5, "born": "2010-12-01"},
]
SCHOOLS = [{"school": "north", "city": "Bonn"}, {"school": "west", "city": "Ulm"}]
TABLES = {
    "rows": ROWS,
    "schools": SCHOOLS,
    "values": [["s1", "right"], ["s2", None]],
    "matrix": [[0, 1], [2, 3], [4, 5], [6, 7]],
}
PYTHON = {
    one.__name__: one
    for one in (bisect_left, Counter, datetime, chain, groupby, islice, itemgetter, random, re)
}


def table_lines():
    """The lines of all tables that have pandas, a verb and plain Python beside each other."""
    cells, is_asked = [], False
    for token in MarkdownIt().enable("table").parse(PAGE.read_text(encoding="utf-8")):
        if token.type == "tr_open":
            cells = []
        elif token.type == "inline":
            cells.append(token)
        elif token.type == "thead_close":
            is_asked = [cell.content for cell in cells] == ["pandas", "verb", "plain Python"]
        elif token.type == "tr_close" and is_asked:
            pandas, verb, python = map(codes, cells)
            if verb or python:
                yield pytest.param(pandas[0], [*verb, *python], id=pandas[0][:60])


def codes(cell):
    """The code of a cell that is code; words before it say that it is only a part of what to do."""
    if not cell.children or cell.children[0].type != "code_inline":
        return []
    return [child.content for child in cell.children if child.type == "code_inline"]


def result(code):
    """What the code gives, having seen that it leaves the rows as they are."""
    tables = deepcopy(TABLES)
    frames = {"frame": pd.DataFrame(tables["rows"]), "other_frame": pd.DataFrame(tables["schools"])}
    verbs = {name: getattr(preprocessing, name) for name in preprocessing.__all__}
    found = eval(code, {"pandas": pd, **PYTHON, **verbs, **tables, **frames})
    assert tables == TABLES
    return found


def plain(value, *, is_by_key):
    if isinstance(value, pd.DataFrame):
        return plain(value.to_dict("records"), is_by_key=is_by_key)
    if isinstance(value, pd.Series):
        return plain(value.to_dict() if is_by_key else value.tolist(), is_by_key=is_by_key)
    if isinstance(value, dict):
        return {key: plain(one, is_by_key=is_by_key) for key, one in value.items()}
    if isinstance(value, (list, pd.api.extensions.ExtensionArray)) or hasattr(value, "tolist"):
        return [plain(one, is_by_key=is_by_key) for one in value]
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else value


@pytest.mark.parametrize(("pandas", "others"), list(table_lines()))
def test_line_gives_the_same(pandas, others):
    found = [result(code) for code in others]
    is_by_key = isinstance(found[0], dict)
    expected = plain(result(pandas), is_by_key=is_by_key)
    for one in found:
        assert plain(one, is_by_key=is_by_key) == plain(found[0], is_by_key=is_by_key)
    if ".sample(" in pandas:
        assert len(found[0]) == len(expected)
    else:
        assert plain(found[0], is_by_key=is_by_key) == expected


def test_tables_have_most_lines_with_all_three():
    lines = [parameters.values for parameters in table_lines()]
    assert len(lines) > 60
    assert sum(len(others) > 1 for _, others in lines) > 40


def test_every_verb_has_a_line():
    text = PAGE.read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if line.startswith("|"))
    verbs = [name for name in preprocessing.__all__ if callable(getattr(preprocessing, name))]
    beside = {"index_rows", "one_hot_values"}  # which text below the tables tells of
    assert [name for name in verbs if not re.search(rf"\b{name}\(", lines)] == sorted(beside)
    assert all(inspect.isfunction(getattr(preprocessing, name)) for name in beside)
