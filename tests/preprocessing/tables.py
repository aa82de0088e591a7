"""Tables that hypothesis writes, and the frames of them, for comparison with pandas."""

from copy import deepcopy

import pandas as pd
from hypothesis import strategies as st

from ml_api_kit.preprocessing import is_missing

COLUMNS = ("name", "score", "flag")
NAN = float("nan")

names = st.sampled_from(["A", "B", "", "a", None])
scores = st.sampled_from([0, 1, 1.0, 2.5, -0.0, None, NAN])
flags = st.sampled_from([True, False, None])

dicts = st.lists(
    st.fixed_dictionaries({"name": names, "score": scores, "flag": flags}), max_size=12
)
lists = st.lists(st.tuples(names, scores, flags).map(list), max_size=12)
subsets = st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=3, unique=True)


def to_frame(rows):
    """The rows as a frame of objects, in which pandas leaves every value as it is."""
    columns = list(COLUMNS)
    if rows:
        columns = list(rows[0]) if isinstance(rows[0], dict) else list(range(len(rows[0])))
    return pd.DataFrame(rows, columns=columns, dtype=object)


def to_typed_frame(rows):
    """The rows as a frame of texts, numbers and booleans, whose missing keys pandas sorts last.

    Among objects it sorts missing keys before numbers and after texts.
    """
    frame = to_frame(rows)
    dtypes = ("string", "float64", "boolean")
    names = COLUMNS if COLUMNS[0] in frame else range(len(dtypes))
    return frame.astype(dict(zip(names, dtypes, strict=True)))


def from_frame(frame):
    return normal(frame.to_dict("records"))


def normal(rows):
    """The rows with NaN as None, and each value with its type, so that 1, 1.0 and True differ."""
    return [
        {column: None if pd.isna(value) else (type(value), value) for column, value in row.items()}
        for row in rows
    ]


def one_missing(rows):
    """The rows with None for NaN; in a column of objects pandas would tell them apart."""
    return [
        {column: None if is_missing(row[column]) else row[column] for column in row}
        if isinstance(row, dict)
        else [None if is_missing(value) else value for value in row]
        for row in rows
    ]


def unchanged(verb, rows, *arguments, **options):
    """What the verb gives for the rows, having seen that it left them as they were."""
    before = deepcopy(rows)
    found = verb(rows, *arguments, **options)
    assert repr(rows) == repr(before)
    assert repr(verb(iter(rows), *arguments, **options)) == repr(found), "a generator"
    return found
