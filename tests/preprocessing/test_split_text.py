import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import PreprocessingError
from ml_api_kit.preprocessing import split_text
from tests.preprocessing.tables import NAN, normal, unchanged

texts = st.lists(st.text("ab,- ", max_size=8) | st.sampled_from([None, NAN, 7]), max_size=8)
parts = st.integers(2, 4).map(lambda count: [f"part_{place}" for place in range(count)])


@given(texts, parts, st.sampled_from([None, ",", " ", ", ", "-"]))
def test_split_text_agrees_with_pandas(values, names, separator):
    column = pd.Series(values, dtype=object)
    # Where there is no text at all there is no accessor for texts.
    if any(isinstance(value, str) for value in values):
        frame = column.str.split(separator, n=len(names) - 1, expand=True, regex=False)
        frame = frame.reindex(columns=range(len(names))).set_axis(names, axis=1)
    else:
        frame = pd.DataFrame(index=column.index, columns=names, dtype=object)
    expected = normal(frame.astype(object).to_dict("records"))

    found = unchanged(split_text, [{"text": v} for v in values], "text", names, separator=separator)

    assert normal([{name: row[name] for name in names} for row in found]) == expected


def test_split_text_of_lists_puts_the_parts_behind():
    assert split_text([[1, "a b c"], [2, None]], 1, ["x", "y"]) == [
        [1, "a b c", "a", "b c"],
        [2, None, None, None],
    ]


def test_split_text_names_what_is_at_fault():
    with pytest.raises(PreprocessingError, match="name two parts or more"):
        split_text([], "text", ["one"])
    with pytest.raises(PreprocessingError, match="name two parts or more"):
        split_text([], "text", "one")
    with pytest.raises(PreprocessingError, match="Row 0 has no column 'text'"):
        split_text([{}], "text", ["a", "b"])
