"""Client code of BigQuery: what stays, what it becomes, and that both give the same."""
# ruff: noqa: E501

from __future__ import annotations

import pytest

from ml_api_kit.research.refactor.access import find_access_rules
from tests.research.refactor.running import assert_same_result, rewritten, run

_HEAD = "from google.cloud import bigquery\n\nclient = bigquery.Client()\n"

_SAME = {
    "chained": 'result = client.query("SELECT * FROM town.people ORDER BY id").to_dataframe()\n',
    "waited_for": (
        'job = client.query("SELECT * FROM town.people ORDER BY id")\n'
        'print("asked")\njob.result()\n'
        "result = job.to_dataframe()\n"
    ),
    "in_three_statements": (
        'sql = "SELECT id, age FROM town.people ORDER BY id"\n'
        "job = client.query(sql)  # asks\nrows = job.result()\n\n"
        "result = rows.to_dataframe(create_bqstorage_client=False)\n"
    ),
    "query_and_wait": (
        'result = client.query_and_wait("SELECT age FROM town.people ORDER BY id").to_dataframe()\n'
    ),
    "parameters": (
        "settings = bigquery.QueryJobConfig(query_parameters=[\n"
        '    bigquery.ScalarQueryParameter("least", "INT64", 18),\n'
        '    bigquery.ScalarQueryParameter("name", "STRING", "Ada"),\n])\n'
        'sql = "SELECT * FROM town.people WHERE age > @least AND name = @name"\n'
        "result = client.query(sql, job_config=settings).to_dataframe()\n"
    ),
    "parameters_of_unknown_type": (
        "def limit():\n    return 18\n\n\n"
        'sql = "SELECT * FROM town.people WHERE age > @least"\n'
        "result = client.query(sql, job_config=bigquery.QueryJobConfig(query_parameters=[\n"
        '    bigquery.ScalarQueryParameter("least", "INT64", limit())])).to_dataframe()\n'
    ),
    "in_a_function": (
        "def read(least: int):\n"
        '    sql = f"SELECT * FROM town.people WHERE age > {least} ORDER BY id"\n'
        "    return client.query(sql).to_dataframe()\n\n\nresult = read(20)\n"
    ),
    "names_used_again": (
        'sql = "SELECT 1 AS a"\ndf = client.query(sql).to_dataframe()\n'
        'sql = "SELECT 2 AS b"\nresult = client.query(sql).to_dataframe()\n'
    ),
    "loop_by_attribute": (
        "result = []\n"
        'for row in client.query("SELECT id, name FROM town.people ORDER BY id"):\n'
        "    result.append((row.id, row.name))\n"
    ),
    "loop_by_key": (
        'rows = client.query("SELECT id, name FROM town.people ORDER BY id").result()\n'
        "result = {}\nfor row in rows:\n"
        '    result[row["id"]] = row.get("name", "none"), list(row.values())\n'
    ),
    "loop_by_place": (
        'rows = client.query("SELECT id, name FROM town.people ORDER BY id").result()\n'
        "result = [(row[0], list(row[1:]), tuple(row)) for row in rows]\n"
    ),
    "loop_unpacked": (
        "result = []\n"
        'for key, name in client.query("SELECT id, name FROM town.people ORDER BY id").result():\n'
        "    if name:\n        result.append(key)\n"
    ),
    "rows_as_dicts": (
        'rows = client.query("SELECT * FROM town.people ORDER BY id").result()\n'
        "result = [dict(row.items()) for row in rows]\n"
    ),
}


@pytest.mark.usefixtures("gcp")
@pytest.mark.parametrize("name", _SAME)
def test_accessor_gives_what_the_client_gave(name: str) -> None:
    assert_same_result(_HEAD + _SAME[name])


_VALUES = {
    "number": 'least = 18\nsql = f"SELECT * FROM town.people WHERE age > {least}"\n',
    "text": 'name = "Ada"\nsql = f"SELECT * FROM town.people WHERE name = \'{name}\'"\n',
    "part_of_a_text": 'part = "d"\nsql = f"SELECT id FROM town.people WHERE name LIKE \'%{part}%\'"\n',
    "format": 'sql = "SELECT id FROM town.people WHERE age > {} AND id < {most}".format(2, most=4)\n',
    "percent": 'sql = "SELECT id FROM town.people WHERE name = \'%s\' AND id < %d" % ("Ada", 4)\n',
    "added": 'sql = "SELECT id FROM town.people WHERE name = \'" + str("Ada") + "\'"\n',
    "date": 'day = "2021-01-01"\nsql = f"SELECT id FROM town.people WHERE born > DATE \'{day}\'"\n',
    "coerced_date": 'day = "2021-01-01"\nsql = f"SELECT id FROM town.people WHERE born > \'{day}\'"\n',
    "timestamp": 'day = "2021-01-01"\nsql = f"SELECT id FROM town.people WHERE seen > \'{day}\'"\n',
    "limit": 'most = 2\nsql = f"SELECT id FROM town.people ORDER BY id LIMIT {most}"\n',
    "listed": "ids = [1, 3]\nsql = f\"SELECT id FROM town.people WHERE id IN ({', '.join(map(str, ids))})\"\n",
    "tuple": 'ids = [1, 3]\nsql = f"SELECT id FROM town.people WHERE id IN {tuple(ids)}"\n',
    "between": 'a = 20\nb = 40\nsql = f"SELECT id FROM town.people WHERE age BETWEEN {a} AND {b}"\n',
    "several_lines": (
        "town = 'town'\nleast = 0.5\nsql = f'''\nSELECT id, \"{{}}\" AS braces\n"
        "FROM {town}.people\nWHERE score > {least}\n'''\n"
    ),
}


@pytest.mark.usefixtures("gcp")
@pytest.mark.parametrize("name", _VALUES)
def test_values_become_parameters(name: str) -> None:
    source = f"{_HEAD}{_VALUES[name]}result = client.query(sql).to_dataframe()\n"
    made = assert_same_result(source)
    assert "query_parameters" in {one.rule for one in made.applied}
    assert "@" in made.source


@pytest.mark.usefixtures("gcp")
def test_text_with_a_quote_in_it_is_found_now() -> None:
    source = (
        f'{_HEAD}name = "O\'Neil"\n'
        "sql = f\"SELECT id FROM town.people WHERE name = '{name}'\"\n"
        "result = client.query(sql).to_dataframe()\n"
    )
    assert list(run(rewritten(source).source)["result"]["id"]) == [4]


_LEFT_VALUES = {
    "table": ('table = "town.people"\nsql = f"SELECT * FROM {table}"\n', "may name a table"),
    "table_in_backticks": ('t = "people"\nsql = f"SELECT * FROM `town.{t}`"\n', "part of a name"),
    "column": ('c = "id"\nsql = f"SELECT {c} FROM town.people"\n', "may name a table or a column"),
    "number_in_the_select_list": (
        'n = 3\nsql = f"SELECT id, {n} FROM town.people"\n',
        "may stand for more than a value",
    ),
    "text_without_quotes": (
        'other = "id"\nsql = f"SELECT * FROM town.people WHERE age = {other}"\n',
        "not known to be a number",
    ),
    "unknown": (
        'import os\nn = os.environ["N"]\nsql = f"SELECT * FROM town.people WHERE age = {n}"\n',
        "not known to be a number",
    ),
    "changed_list": (
        'ids = [1]\nids.append("2")\nsql = f"SELECT * FROM town.people WHERE id IN {tuple(ids)}"\n',
        "cannot be told",
    ),
    "interval": (
        "n = 3\nsql = f\"SELECT DATE_SUB(born, INTERVAL '{n}' DAY) FROM town.people\"\n",
        "no parameter can take the place of",
    ),
    "comment": ('n = 3\nsql = f"SELECT 1 -- {n}"\n', "comment"),
    "shown_too": (
        'n = 3\nsql = f"SELECT * FROM town.people WHERE id = {n}"\nprint(sql)\n',
        "used elsewhere too",
    ),
    "changed_between": (
        'n = 3\nsql = f"SELECT * FROM town.people WHERE id = {n}"\nn = 4\n',
        "could differ",
    ),
}


@pytest.mark.parametrize("name", _LEFT_VALUES)
def test_what_may_be_more_than_a_value_stays(name: str) -> None:
    text, reason = _LEFT_VALUES[name]
    made = rewritten(f"{_HEAD}{text}result = client.query(sql).to_dataframe()\n")
    assert text in made.source
    assert "query_frame(sql)" in made.source
    [left] = [one for one in made.left if one.rule == "query_parameters"]
    assert reason in left.reason


_LEFT = {
    "job_used_otherwise": (
        'job = client.query("SELECT 1")\ndf = job.to_dataframe()\nprint(job.slot_millis)\n',
        "`job` is used in line 6 too",
    ),
    "table_changed_between": (
        'job = client.query("SELECT 1")\nwrite()\ndf = job.to_dataframe()\n',
        "stands between the query",
    ),
    "another_block": (
        'job = client.query("SELECT 1")\nif True:\n    df = job.to_dataframe()\n',
        "made in another block",
    ),
    "options_of_the_frame": (
        'df = client.query("SELECT 1 AS a").to_dataframe(dtypes={"a": "int8"})\n',
        "dtypes",
    ),
    "options_of_the_query": (
        'df = client.query("SELECT 1 AS a", location="EU").to_dataframe()\n',
        "location",
    ),
    "options_of_the_job": (
        "df = client.query('SELECT 1', job_config=bigquery.QueryJobConfig(dry_run=True))"
        ".to_dataframe()\n",
        "dry_run",
    ),
    "configuration_changed": (
        "config = bigquery.QueryJobConfig()\nconfig.dry_run = True\n"
        "df = client.query('SELECT 1', job_config=config).to_dataframe()\n",
        "changed after it was made",
    ),
    "row_used_whole": (
        'for row in client.query("SELECT 1 AS a"):\n    print(row)\n',
        "used whole in line 5",
    ),
    "by_name_and_place": (
        'for row in client.query("SELECT 1 AS a"):\n    print(row[0], row["a"])\n',
        "by name and by place",
    ),
    "slice_of_a_row": (
        'for row in client.query("SELECT 1 AS a"):\n    print(row[1:])\n',
        "write list(row[…])",
    ),
    "client_of_an_object": (
        "class Reader:\n    def read(self):\n"
        "        return self.client.query('SELECT 1').to_dataframe()\n",
        "is not known to be of a client",
    ),
    "rows_of_two_queries": (
        "if input():\n    job = client.query('SELECT 1')\nelse:\n    job = client.query('SELECT 2')\n"
        "df = job.to_dataframe()\n",
        "`job` is not known to be of a client",
    ),
    "other_calls": ('client.get_table("town.people")\n', "`get_table`"),
}


@pytest.mark.parametrize("name", _LEFT)
def test_what_is_not_sure_stays_with_the_reason(name: str) -> None:
    text, reason = _LEFT[name]
    made = rewritten(_HEAD + text)
    assert made.source == _HEAD + text
    assert any(reason in one.reason for one in made.left), made.left


def test_what_is_no_client_is_nothing_to_tell() -> None:
    source = (
        "import sqlite3\n\nclient = sqlite3.connect('x')\n"
        "df = client.query('SELECT 1').to_dataframe()\n"
        "for row in client.query('SELECT 1'):\n    print(row)\n"
    )
    made = rewritten(source)
    assert (made.source, made.applied, made.left) == (source, (), ())


def test_client_is_known_by_any_name() -> None:
    made = rewritten(
        "import google.cloud.bigquery as gbq\n\n"
        "def read(bq: gbq.Client):\n    return bq.query('SELECT 1').to_dataframe()\n"
    )
    assert "BigQueryAccessor(client=bq).query_frame('SELECT 1')" in made.source


def test_client_that_is_needed_stays_beside_the_accessor() -> None:
    text = (
        'a = client.query("SELECT 1").to_dataframe()\nb = client.query("SELECT 2").to_dataframe()\n'
    )
    made = rewritten(f'{_HEAD}{text}client.get_table("town.people")\n')
    assert made.source == (
        "from google.cloud import bigquery\n"
        "from ml_api_kit.gcp_accessor import BigQueryAccessor\n\n"
        "client = bigquery.Client()\n"
        "bigquery_accessor = BigQueryAccessor(client=client)\n"
        'a = bigquery_accessor.query_frame("SELECT 1")\n'
        'b = bigquery_accessor.query_frame("SELECT 2")\n'
        'client.get_table("town.people")\n'
    )


def test_client_with_credentials_goes_into_the_accessor() -> None:
    made = rewritten(
        "from google.cloud import bigquery\nfrom mine import login\n\n"
        "client = bigquery.Client(credentials=login())\n"
        "df = client.query('SELECT 1').to_dataframe()\n"
    )
    assert "df = BigQueryAccessor(client=client).query_frame('SELECT 1')\n" in made.source


def test_whole_module_reads_well() -> None:
    source = (
        '"""What people paid."""\n\nimport pandas as pd\nfrom google.cloud import bigquery as bq\n\n'
        'client = bq.Client(project="local")\n\n# %% the young\n'
        'query = """\nSELECT name, age\nFROM town.people\n"""\n'
        "query_job = client.query(query)  # asks\nrows = query_job.result()\n"
        "names = []\nfor row in rows:\n    names.append(row.name)\n"
        "frame = pd.DataFrame(names)\n"
    )
    assert rewritten(source).source == (
        '"""What people paid."""\n\nimport pandas as pd\n'
        "from ml_api_kit.gcp_accessor import BigQueryAccessor\n\n"
        'client = BigQueryAccessor(project="local")\n\n# %% the young\n'
        'query = """\nSELECT name, age\nFROM town.people\n"""\n'
        'names = [row["name"] for row in client.execute_query(query, rows="dicts")]\n'
        "frame = pd.DataFrame(names)\n"
    )


def test_every_access_rule_says_what_it_leaves_alone() -> None:
    assert len(find_access_rules()) > 4
    for rule in find_access_rules():
        assert rule.summary.startswith("`")
        assert rule.leaves_alone.endswith(".")


def test_syntax_error_is_raised() -> None:
    with pytest.raises(SyntaxError):
        rewritten("def f(:\n")
