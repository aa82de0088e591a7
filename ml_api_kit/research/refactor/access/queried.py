"""Which table of BigQuery research code reads, for the names of what is made of it."""

from __future__ import annotations

import re

from ml_api_kit.research.refactor.access.clients import BIGQUERY, is_accessor
from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.engine import refactor_access
from ml_api_kit.research.refactor.access.template import template_of

_GOOGLE = re.compile(r"google\.cloud|gbq|gcsfs|gs://|gcp_accessor")
_TABLE = re.compile(r"\bFROM\s+`?([A-Za-z_][\w\-]*(?:[.:][\w\-]+)+)`?", re.IGNORECASE)


def mentions_google(source: str) -> bool:
    """Whether a module may access BigQuery or Cloud Storage.

    >>> mentions_google("import pandas as pd")
    False
    """
    return _GOOGLE.search(source) is not None


def queried_table(source: str) -> str | None:
    r"""The first table of the last query in a module that becomes a frame; None where none does.

    >>> queried_table(
    ...     "import pandas_gbq\n"
    ...     "sql = 'SELECT * FROM zoo.penguins'\n"
    ...     "df = pandas_gbq.read_gbq(sql)\n"
    ... )
    'zoo.penguins'
    """
    if not mentions_google(source):
        return None
    code = Code(refactor_access(source).source)
    found = None
    for call in sorted(code.calls(), key=lambda one: (one.lineno, one.col_offset)):
        name = getattr(call.func, "attr", "")
        owner = getattr(call.func, "value", None)
        if name not in ("query_frame", "execute_query") or not call.args or owner is None:
            continue
        template = template_of(code, code.value(call.args[0]))
        if is_accessor(code, owner, BIGQUERY) and template is not None:
            named = _TABLE.search(template.text)
            found = named[1].replace(":", ".") if named else found
    return found
