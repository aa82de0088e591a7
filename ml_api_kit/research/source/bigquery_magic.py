"""The cell magic `%%bigquery name` as the client code that it stands for.

The client's own magic asks the query and keeps its rows as a frame in the variable `name`.
"""

from __future__ import annotations

import re
import shlex

_FLAGS = {"--verbose", "--use_bqstorage_api", "--use_rest_api", "--no_query_cache"}
_VALUES = {"--project", "--progress_bar_type"}


def bigquery_cell(lines: list[str]) -> list[str] | None:
    """The cell's lines as Python, as many as it has; None where it keeps no frame.

    None as well where it has options that change the rows, or an empty query.

    >>> bigquery_cell(["%%bigquery df --project mine", "SELECT 1 AS a"])[0][:77]
    'from google.cloud import bigquery; df = bigquery.Client(project="mine").query'
    """
    words = shlex.split(lines[0].strip().removeprefix("%%bigquery"))
    names = []
    project = ""
    while words:
        word = words.pop(0)
        if word in _VALUES and words:
            value = words.pop(0)
            project = f'project="{value}"' if word == "--project" else project
        elif word not in _FLAGS:
            names.append(word)
    query = [line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') for line in lines[1:]]
    is_named = len(names) == 1 and re.fullmatch(r"[A-Za-z_]\w*", names[0])
    if not is_named or not any(line.strip() for line in query) or "$" in project:
        return None
    if query[-1].endswith('"'):
        query[-1] = query[-1][:-1] + '\\"'
    head = f'from google.cloud import bigquery; {names[0]} = bigquery.Client({project}).query("""'
    return [head, *query[:-1], f'{query[-1]}""").to_dataframe()']
