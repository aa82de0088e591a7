"""The import statements of the research code, by the names that they bind."""

from __future__ import annotations

import ast

from ml_api_kit.research.source.code import ResearchCode


def import_statements(code: ResearchCode) -> dict[str, str]:
    """For each name that an import binds, the statement that does."""
    found: dict[str, str] = {}
    for statement in code.statements:
        for node in ast.walk(ast.parse(statement.text)):
            if isinstance(node, ast.Import):
                for one in node.names:
                    bound = one.asname or one.name.partition(".")[0]
                    tail = f" as {one.asname}" if one.asname else ""
                    found[bound] = f"import {one.name}{tail}"
            elif isinstance(node, ast.ImportFrom) and node.module:
                for one in node.names:
                    tail = f" as {one.asname}" if one.asname else ""
                    found[one.asname or one.name] = f"from {node.module} import {one.name}{tail}"
    return found
