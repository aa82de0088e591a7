"""What is known of research code, as one document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml_api_kit.research.source.code import ResearchCode
from ml_api_kit.research.understand.categorize import categorize
from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.cells import categorize_cells
from ml_api_kit.research.understand.idioms import recorded_idioms, written_idioms
from ml_api_kit.research.understand.smells import find_smells
from ml_api_kit.research.understand.smells.secrets import (
    masked,
    sentence_without_secrets,
    without_secrets,
)

NOT_CLAIMED = (
    "which statements the model needs: categories are judged by what is called, not by what ran",
    "which models were fitted, and to which rows",
    "what an API would ask and answer",
    "whether plain Python answers as pandas did: replacements are by the rules alone",
)
_REQUEST = (Category.PREPARATION, Category.PREPROCESSING)


def to_report(
    code: ResearchCode, interface: Mapping[str, Any] | None, *, refused: str | None = None
) -> dict[str, Any]:
    """Everything that is known of the code; `interface` is what `convert` found, None without.

    `refused` says why the code ran and nothing was found all the same: it makes nothing that an API
    could answer.

    Secrets in the code are cut down to how they begin, wherever code is shown.
    """
    production = set(interface["production"]) if interface else set()
    facts = interface["facts"] if interface else None
    understood = categorize(code, facts=facts, production=production)
    if interface:
        idioms = recorded_idioms(code, interface)
    else:
        places = {one.statement.number for one in understood if one.category in _REQUEST}
        idioms = written_idioms(code, places)
    statements = [
        one.statement.to_json(
            category=str(one.category),
            reason=one.reason,
            is_needed=one.statement.number in production if interface else None,
        )
        for one in understood
    ]
    return {
        "file": code.path.name,
        "kind": code.kind,
        "static": interface is None,
        "claims_not_made": list(NOT_CLAIMED) if interface is None else [],
        "statements": [{**one, "source": without_secrets(one["source"])} for one in statements],
        "cells": [
            {"cell": one.cell, "category": str(one.category), "reason": one.reason}
            for one in categorize_cells(code, production=production)
        ],
        **(_found(interface) if interface else _NOTHING_FOUND),
        "refused": refused,
        "requirements": [masked(one) for one in code.requirements],
        "notes": [masked(one) for one in code.notes],
        "idioms": [idiom.to_json() for idiom in idioms],
        "smells": [smell.to_json() for smell in find_smells(code)],
    }


_NOTHING_FOUND: dict[str, Any] = {
    "inputs": [],
    "outputs": [],
    "models": [],
    "request": [],
    "endpoint": None,
    "request_path": None,
    "golden": None,
    "reasons": [],
}


def _found(interface: Mapping[str, Any]) -> dict[str, Any]:
    """What a run found out."""
    trial = interface.get("trial") or {}
    return {
        "inputs": interface["files_read"],
        "outputs": list(interface["answers"]),
        "models": [
            {**model, "is_served": model == interface.get("model")} for model in interface["models"]
        ],
        "request": interface["columns"],
        "endpoint": f"/v1/{interface['noun']}",
        "request_path": interface["request_path"],
        "golden": {"rows": trial["rows"], "equal": trial["equal"]} if "rows" in trial else None,
        "reasons": [
            {**one, "why": sentence_without_secrets(one["why"])} for one in interface["reasons"]
        ],
    }
