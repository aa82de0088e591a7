"""What is known of research code, as one document."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ml_api_kit.research.source.code import ResearchCode
from ml_api_kit.research.understand.categorize import categorize
from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.idioms import recorded_idioms, written_idioms
from ml_api_kit.research.understand.smells import find_smells

_REQUEST = (Category.PREPARATION, Category.PREPROCESSING)
NOT_CLAIMED = (
    "which statements the model needs: categories are judged by what is called, not by what ran",
    "which models were fitted, and to which rows",
    "what an API would ask and answer",
)


def to_report(code: ResearchCode, interface: dict[str, Any] | None) -> dict[str, Any]:
    """Everything that is known of the code; `interface` is what a run found, None without one."""
    production = set(interface["production"]) if interface else set()
    facts = interface["facts"] if interface else None
    understood = categorize(code, facts=facts, production=production)
    idioms = (
        recorded_idioms(code, interface)
        if interface
        else written_idioms(
            code, {one.statement.number for one in understood if one.category in _REQUEST}
        )
    )
    return {
        "file": code.path.name,
        "kind": code.kind,
        "static": interface is None,
        "claims_not_made": list(NOT_CLAIMED) if interface is None else [],
        "statements": [
            one.statement.to_json(
                category=str(one.category),
                reason=one.reason,
                is_needed=one.statement.number in production if interface else None,
            )
            for one in understood
        ],
        "inputs": interface["files_read"] if interface else [],
        "outputs": _outputs(interface),
        "models": interface["models"] if interface else [],
        "request": interface["columns"] if interface else [],
        "endpoint": f"/v1/{interface['noun']}" if interface else None,
        "requirements": list(code.requirements),
        "notes": list(code.notes),
        "idioms": [one.to_json() for one in idioms],
        "smells": [smell.to_json() for smell in find_smells(code)],
        "reasons": interface["reasons"] if interface else [],
    }


def format_report(report: dict[str, Any]) -> str:
    """The report as a person reads it in a terminal."""
    lines = [f"{report['file']}: {len(report['statements'])} statements", ""]
    counts = Counter(one["category"] for one in report["statements"])
    for category in Category:
        cells = sorted({one["cell"] for one in report["statements"] if one["category"] == category})
        listed = ", ".join(map(str, cells[:12])) + (" …" if len(cells) > 12 else "")
        lines.append(f"  {category:14} {counts[category]:4}  cells {listed or 'none'}")
    lines.append("")
    if report["static"]:
        lines += ["Not run. What cannot be said without running it:"]
        lines += [f"  - {claim}" for claim in report["claims_not_made"]]
    else:
        lines += _found(report)
    lines += _smells(report)
    return "\n".join(lines)


def _found(report: dict[str, Any]) -> list[str]:
    lines = [f"  reads          {', '.join(report['inputs']) or 'no file'}"]
    for model in report["models"]:
        target = f" of {model['target']}" if model["target"] else ""
        lines.append(
            f"  model          {model['variable']}: {model['class']}{target}, cell {model['cell']}"
        )
    asked = ", ".join(column["name"] for column in report["request"]) or "nothing"
    lines.append(f"  API            POST {report['endpoint']} asks {asked}")
    answers = ", ".join(column["name"] for column in report["outputs"])
    lines.append(f"                 and answers {answers}")
    lines += [f"  fell short     {one['what']}: {one['why']}" for one in report["reasons"]]
    return lines


def _smells(report: dict[str, Any]) -> list[str]:
    if not report["smells"]:
        return ["", "No smells found."]
    lines = ["", "Smells:"]
    for smell in report["smells"]:
        where = f"cell {smell['cell']}, line {smell['line']}"
        lines.append(f"  {smell['id']:14} {where}: {smell['what']}. {smell['advice']}")
    return lines


def _outputs(interface: dict[str, Any] | None) -> list[dict[str, Any]]:
    return list(interface["answers"]) if interface else []
