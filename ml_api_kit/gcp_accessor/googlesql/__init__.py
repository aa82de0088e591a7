"""Google's own analyzer and evaluator of GoogleSQL, from the package `zetasql`."""

from ml_api_kit.gcp_accessor.googlesql.comparison import Verdict, compare
from ml_api_kit.gcp_accessor.googlesql.evaluator import Evaluator, GoogleSqlError, SqlAnswer
from ml_api_kit.gcp_accessor.googlesql.verdict_text import verdict_lines

__all__ = ["Evaluator", "GoogleSqlError", "SqlAnswer", "Verdict", "compare", "verdict_lines"]
