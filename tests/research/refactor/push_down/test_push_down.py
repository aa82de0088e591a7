"""What directly follows a query: what stays, what moves, and that the frames are equal."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

from ml_api_kit.gcp_accessor import BigQueryAccessor
from ml_api_kit.gcp_accessor.local.process import LocalServer
from ml_api_kit.research.refactor.push_down import PushedDown, find_push_down_rules, push_down
from ml_api_kit.research.refactor.push_down.measuring import BigQuery
from ml_api_kit.settings import Settings
from tests.research.refactor.running import run

_HEAD = (
    "import pandas as pd\n\nfrom ml_api_kit.gcp_accessor import BigQueryAccessor\n\n"
    "accessor = BigQueryAccessor()\n"
)
_ALL = 'df = accessor.query_frame("SELECT * FROM town.people")\n'


@pytest.fixture
def bigquery(gcp: LocalServer) -> Iterator[BigQuery]:
    accessor = BigQueryAccessor(settings=Settings(bigquery_emulator=gcp.url))
    yield BigQuery(accessor)
    accessor.client.close()


def _moved(source: str, bigquery: BigQuery | None = None) -> PushedDown:
    types = bigquery.types if bigquery is not None else (lambda _: None)
    made = push_down(source, types=types)
    compile(made.source, "<module>", "exec")
    again = push_down(made.source, types=types)
    assert (again.source, again.applied, again.queries) == (made.source, (), ())
    return made


# What follows `SELECT *`, and the query that is made of it.
_WITHOUT_TYPES = {
    "columns": ('df = df[["name", "age"]]', "SELECT name, age FROM town.people"),
    "columns_elsewhere": ('x = df[["name", "age"]].copy()\ndf = x', "SELECT name, age FROM"),
    "rename": (
        'df = df[["id", "age"]].rename(columns={"age": "years", "none": "x"})',
        "SELECT id, age AS years FROM town.people",
    ),
    "filter": ('df = df[df["age"] > 18]', "SELECT * FROM town.people WHERE age > 18"),
    "equal": ('df = df[df["age"] == 36]', "WHERE age = 36"),
    "attribute": ("df = df[df.age <= 36]", "WHERE age <= 36"),
    "loc": ('df = df.loc[df["age"] >= 36]', "WHERE age >= 36"),
    "both": ('df = df[(df["age"] > 18) & (df["score"] < 1.5)]', "WHERE age > 18 AND score < 1.5"),
    "either": ('df = df[(df["age"] > 40) | (df["score"] >= 0)]', "WHERE age > 40 OR score >= 0"),
    "nested": (
        'df = df[((df["age"] > 40) | (df["score"] >= 0)) & (df["id"] < 4)]',
        "WHERE (age > 40 OR score >= 0) AND id < 4",
    ),
    "isin": ('df = df[df["age"].isin([17, 52])]', "WHERE age IN (17, 52)"),
    "not_isin": (
        'df = df[~df["age"].isin([17, 52])]',
        "WHERE (age IS NULL OR age NOT IN (17, 52))",
    ),
    "between": ('df = df[df["age"].between(17, 36)]', "WHERE age BETWEEN 17 AND 36"),
    "decimal": ('df = df[df["paid"] >= 0.5]', "WHERE paid >= 0.5"),
    "bool": ('df = df[df["is_in"] == True]', "WHERE is_in = TRUE"),
    "filter_of_renamed": (
        'df = df[["id", "age"]].rename(columns={"age": "years"})\ndf = df[df["years"] > 18]',
        "SELECT id, age AS years FROM town.people WHERE age > 18",
    ),
    "two_filters": (
        'df = df[df["age"] > 3]\ndf = df[df["id"] < 4]',
        "WHERE age > 3 AND id < 4",
    ),
}
_WITH_TYPES = {
    "unequal_whole": ('df = df[df["age"] != 36]', "WHERE age != 36"),
    "unequal_float": ('df = df[df["score"] != 1.5]', "WHERE (score IS NULL OR score != 1.5)"),
    "unequal_text": ("df = df[df['name'] != 'Ada']", "WHERE (name IS NULL OR name != 'Ada')"),
    "equal_text": ("df = df[df['name'] == \"O'Neil\"]", "WHERE name = 'O\\\\'Neil'"),
    "isin_text": ("df = df[df['name'].isin(['Ada', 'Bo'])]", "WHERE name IN ('Ada', 'Bo')"),
    "time": ("df = df[df['seen'] >= '2021-01-01']", "WHERE seen >= '2021-01-01'"),
    "missing": ('df = df[df["age"].isna()]', "WHERE age IS NULL"),
    "missing_float": (
        'df = df[df["score"].isnull()]',
        "WHERE (score IS NULL OR IS_NAN(score))",
    ),
    "present": ('df = df[~df["age"].isna()]', "WHERE age IS NOT NULL"),
    "dropna": ('df = df.dropna(subset=["name"])', "WHERE name IS NOT NULL"),
    "dropna_float": (
        'df = df.dropna(subset=["score"])',
        "WHERE score IS NOT NULL AND NOT IS_NAN(score)",
    ),
    "dropna_in_place": ('df.dropna(subset="name", inplace=True)', "WHERE name IS NOT NULL"),
    "dropna_of_all": ('df = df[["id", "name"]].dropna()', "id IS NOT NULL AND name IS NOT NULL"),
    "fillna": ('df["age"] = df["age"].fillna(0)', "SELECT * REPLACE (IFNULL(age, 0) AS age) FROM"),
    "fillna_float": (
        'df["score"] = df["score"].fillna(0)',
        "REPLACE (IF(score IS NULL OR IS_NAN(score), 0, score) AS score)",
    ),
    "fillna_mapping": (
        'df = df.fillna({"name": "none", "is_in": False})',
        "REPLACE (IFNULL(name, 'none') AS name, IFNULL(is_in, FALSE) AS is_in)",
    ),
    "filter_of_filled": (
        'df["age"] = df["age"].fillna(0)\ndf = df[df["age"] < 18]',
        "WHERE IFNULL(age, 0) < 18",
    ),
    "rename_all": ('df = df.rename(columns={"name": "order"})', "name AS `order`"),
    "rename_in_place": ('df.rename(columns={"age": "years"}, inplace=True)', "age AS years"),
}


@pytest.mark.parametrize("name", [*_WITHOUT_TYPES, *_WITH_TYPES])
def test_moved_operation_gives_the_same_frame(name: str, bigquery: BigQuery) -> None:
    follows, query = (_WITHOUT_TYPES | _WITH_TYPES)[name]
    source = f"{_HEAD}{_ALL}{follows}\nresult = df.to_dict('records')\n"
    made = _moved(source, None if name in _WITHOUT_TYPES else bigquery)
    assert query in made.source
    before, after = run(source), run(made.source)
    assert len(before["df"]) > 0
    expected = (
        before["df"].sort_values("id").reset_index(drop=True)
        if "id" in before["df"]
        else before["df"].reset_index(drop=True)
    )
    found = (
        after["df"].sort_values("id").reset_index(drop=True) if "id" in after["df"] else after["df"]
    )
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("name", _WITH_TYPES)
def test_what_depends_on_types_stays_without_them(name: str) -> None:
    follows, query = _WITH_TYPES[name]
    made = _moved(f"{_HEAD}{_ALL}{follows}\n")
    assert query not in made.source
    assert any("schema" in one.reason for one in made.left), made.left


def test_value_of_a_variable_becomes_a_parameter(bigquery: BigQuery) -> None:
    source = (
        f"{_HEAD}least = 18\nname = 'Ada'\n{_ALL}"
        "df = df[(df['age'] > least) & (df['name'] == name)].reset_index(drop=True)\n"
    )
    made = _moved(source, bigquery)
    assert made.source == (
        f"{_HEAD}least = 18\nname = 'Ada'\n"
        'df = accessor.query_frame("SELECT * FROM town.people WHERE age > @least AND name = @name",'
        ' {"least": least, "name": name})\n'
    )
    pd.testing.assert_frame_equal(run(made.source)["df"], run(source)["df"])


def test_text_in_a_variable_keeps_its_lines() -> None:
    source = (
        f'{_HEAD}sql = """\n  SELECT *\n  FROM `town.people`\n  WHERE id > 1 OR id < 0\n"""\n'
        'df = accessor.query_frame(sql)\ndf = df[["age"]]\n'
    )
    assert _moved(source).source == (
        f'{_HEAD}sql = """\nSELECT age\nFROM `town.people`\nWHERE id > 1 OR id < 0\n"""\n'
        "df = accessor.query_frame(sql)\n"
    )


def test_text_that_is_used_elsewhere_stays() -> None:
    source = (
        f'{_HEAD}sql = "SELECT * FROM town.people"\ndf = accessor.query_frame(sql)[["age"]]\n'
        "print(sql)\n"
    )
    assert _moved(source).source == (
        f'{_HEAD}sql = "SELECT * FROM town.people"\n'
        'df = accessor.query_frame("SELECT age FROM town.people")\nprint(sql)\n'
    )


def test_table_of_a_variable_stays_in_the_text() -> None:
    source = (
        f'{_HEAD}t = "people"\ndf = accessor.query_frame(f"SELECT * FROM town.{{t}}")[["age"]]\n'
    )
    assert 'query_frame(f"SELECT age FROM town.{t}")' in _moved(source).source


def test_text_with_values_that_is_used_elsewhere_stays() -> None:
    source = (
        f'{_HEAD}t = "people"\nsql = f"SELECT * FROM town.{{t}}"\n'
        'df = accessor.query_frame(sql)[["age"]]\nprint(sql)\n'
    )
    made = _moved(source)
    assert made.source == source
    assert "used elsewhere" in made.left[0].reason


_LEFT = {
    "used_before": ('x = df[["age"]]\nprint(df)', "is used in line"),
    "single_column": ('x = df["age"]', ""),
    "computed_mask": ('df = df[df["age"] * 2 > 3]', "surely"),
    "negated_mask": ('df = df[~(df["age"] > 3)]', "surely"),
    "two_columns": ('df = df[df["age"] > df["id"]]', "cannot be told"),
    "unknown_value": ('import os\ndf = df[df["age"] > os.getpid()]', ""),
    "inexact_float": ('df = df[df["paid"] >= 0.1]', "not the same number"),
    "text_of_unknown_type": ('df = df[df["born"] == "2020-01-02"]', "schema"),
    "rename_by_function": ("df = df.rename(columns=str.upper)", "mapping"),
    "fill_all": ("df = df.fillna(0)", "mapping"),
    "fill_computed": ('df["age"] = df["age"].fillna(df["age"].mean())', ""),
    "drop_by_count": ("df = df.dropna(thresh=3)", "list of columns"),
    "joined_by_labels": (
        'df = df[df["age"] > 3]\nx = pd.concat([df, pd.DataFrame({"a": [1]})], axis=1)',
        "labels",
    ),
    "label_read": ('df = df[df["age"] > 3]\nx = df.index', "labels"),
    "label_used": ('df = df[df["age"] > 3]\nx = df.loc[0]\ny = other(df["age"])', "labels"),
    "assigned_by_labels": (
        'df = df[df["age"] > 3]\nx = pd.DataFrame({"a": [1]})\nx["b"] = df["age"]',
        "labels",
    ),
    "added_by_labels": (
        's = pd.Series([1, 2])\ndf = df[df["age"] > 3]\nx = df["age"] + s',
        "",
    ),
    "returned": ("df = df.dropna(how='all')", "list of columns"),
}


@pytest.mark.parametrize("name", _LEFT)
def test_what_is_not_surely_the_same_stays(name: str) -> None:
    follows, reason = _LEFT[name]
    source = f"{_HEAD}{_ALL}{follows}\n"
    made = _moved(source)
    assert made.source == source
    assert any(reason in one.reason for one in made.left) or not reason, made.left


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * FROM a.b JOIN a.c USING (id)", "JOIN"),
        ("SELECT * FROM a.b, a.c", "more than one table"),
        ("SELECT age, COUNT(*) AS n FROM a.b GROUP BY age", "GROUP BY"),
        ("SELECT MAX(age) AS age FROM a.b", "MAX"),
        ("SELECT DISTINCT age FROM a.b", "DISTINCT"),
        ("SELECT * FROM a.b LIMIT 3", "LIMIT"),
        ("SELECT * FROM (SELECT 1 AS age)", "SELECT"),
        ("WITH a AS (SELECT 1 AS age) SELECT * FROM a", "WITH"),
        ("SELECT * FROM a.b -- all of it", "comments"),
        ("SELECT age + 1 FROM a.b", "no name"),
        ("SELECT ROW_NUMBER() OVER (ORDER BY id) AS age FROM a.b", "OVER"),
        ("SELECT id FROM a.b", "no column 'age'"),
    ],
)
def test_query_that_is_more_than_a_choice_stays(query: str, reason: str) -> None:
    source = f'{_HEAD}df = accessor.query_frame("{query}")\ndf = df[df["age"] > 3]\nprint(df)\n'
    made = _moved(source)
    assert made.source == source
    assert reason in made.left[0].reason


def test_labels_that_nothing_reads_do_not_matter() -> None:
    source = (
        "from sklearn.linear_model import LinearRegression\n"
        "from sklearn.model_selection import train_test_split\n"
        f'{_HEAD}{_ALL}df = df[df["age"] > 3]\n'
        'df["older"] = df["age"] + 1\nprint(df.head())\nX = df[["older"]]\ny = df["age"]\n'
        "a, b, c, d = train_test_split(X, y, random_state=0)\n"
        "model = LinearRegression().fit(a, c)\nmodel.predict(b)\n"
        "means = df.groupby('name')['age'].mean()\nspread = (df['age'] - df['age'].mean()).std()\n"
    )
    assert 'query_frame("SELECT * FROM town.people WHERE age > 3")' in _moved(source).source


def test_bytes_before_and_after(bigquery: BigQuery) -> None:
    made = _moved(f'{_HEAD}{_ALL}df = df[["id"]]\ndf = df[df["id"] > 2]\n')
    [query] = made.queries
    before, after = bigquery.bytes_read(query)
    assert after == 4 * 8
    assert before > 4 * after


def test_every_push_down_rule_says_what_it_leaves_alone() -> None:
    assert len(find_push_down_rules()) > 5
    for rule in find_push_down_rules():
        assert rule.summary.startswith("`")
        assert rule.leaves_alone.endswith(".")
