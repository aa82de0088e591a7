"""What a statement is for by what it calls. Each rule is asked in turn; the first answer counts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace

from ml_api_kit.research.understand import vocabulary as words
from ml_api_kit.research.understand.calls import Call, writes_to
from ml_api_kit.research.understand.category import Category
from ml_api_kit.research.understand.judged import Judged
from ml_api_kit.research.understand.owners import is_model_like, is_transformer_like
from ml_api_kit.research.understand.scope import Scope
from ml_api_kit.research.understand.verbs import by_verb

_ASKS_SERVER = ("requests.get", "requests.post", "google.cloud.bigquery.Client", "bigquery.Client")
Rule = Callable[[Sequence[Call]], Judged | None]

_STAGE = (
    "os.",
    "shutil.",
    "glob.",
    "gc.",
    "warnings.",
    "random.seed",
    "logging.",
    "sys.",
    "wandb.",
    "mlflow.",
)


def judge_calls(rules: Sequence[Rule], calls: Sequence[Call]) -> Judged | None:
    """What the first rule says that has something to say."""
    return next((found for rule in rules if (found := rule(calls)) is not None), None)


def kept(calls: Sequence[Call]) -> Judged | None:
    """A model that keeps itself or is brought back belongs to the model; files are exports."""
    for call in calls:
        if call.last in words.KEEPS_MODEL and is_model_like(call):
            return Judged(Category.ML, f"keeps a model: {call.full}")
        if call.last in words.LOADS_MODEL and not is_transformer_like(call):
            return Judged(Category.ML, f"loads a model: {call.full}")
        if call.last in words.EXPORTS and call.full not in ("numpy.savez",):
            return Judged(Category.EXPORT, f"writes a file: {call.full}")
        if call.full == "open" and writes_to(call):
            return Judged(Category.EXPORT, "opens a file to write it")
    return None


def fitted(calls: Sequence[Call]) -> Judged | None:
    """What fits and asks models; what learns how to change features is preprocessing."""
    for call in calls:
        if call.last == "transform" and is_transformer_like(call):
            return Judged(Category.PREPROCESSING, f"changes features: {call.full}")
        if call.last in words.FITS and is_transformer_like(call):
            return Judged(Category.PREPROCESSING, f"learns how to change features: {call.full}")
        if call.last in words.FITS:
            return Judged(Category.ML, f"fits a model: {call.full}")
        if call.last in words.ASKS:
            return Judged(Category.ML, f"asks a model: {call.full}", is_answer=True)
        if call.last in words.TUNES:
            return Judged(Category.ML, f"compares or tunes models: {call.full}")
    return None


def read(calls: Sequence[Call]) -> Judged | None:
    """What reads data from files, servers and packages."""
    for call in calls:
        is_reader = ".read." in call.full or call.full in _ASKS_SERVER
        if is_reader or call.last in words.READS or call.last.startswith(words.READ_PREFIXES):
            return Judged(Category.PREPARATION, f"reads data: {call.full}")
        if call.full in ("pickle.load", "joblib.load", "dill.load"):
            return Judged(Category.ML, f"loads a model: {call.full}", is_sure=False)
        if call.full in ("open", "numpy.load", "json.load", "yaml.safe_load"):
            return Judged(Category.PREPARATION, f"reads a file: {call.full}")
    return None


def measured(calls: Sequence[Call]) -> Judged | None:
    """What says how good a model is."""
    for call in calls:
        if call.last.lower() in words.METRICS:
            return Judged(Category.ML, f"measures a model: {call.full}", is_answer=True)
    return None


def modelled(calls: Sequence[Call]) -> Judged | None:
    """What makes models and what changes features; the outermost class decides."""
    for call in calls:
        if words.is_transformer(call.last):
            return Judged(Category.PREPROCESSING, f"makes what changes features: {call.full}")
        if call.last in ("train_test_split", "fit_transform", "fit_resample"):
            return Judged(Category.PREPROCESSING, f"changes or splits the data: {call.full}")
        if ".preprocessing." in call.full:
            return Judged(Category.PREPROCESSING, f"changes the data: {call.full}")
        if call.last in words.CHANGES:
            continue
        if words.of_library(call.full, words.ML_LIBRARIES) or words.is_model(call.full):
            return Judged(Category.ML, f"models: {call.full}")
    return None


def staged(calls: Sequence[Call]) -> Judged | None:
    """What sets the stage: options, seeds, folders, warnings."""
    for call in calls[:1]:
        if call.kind is None and call.last in words.SETTINGS | {"set_option"}:
            return Judged(Category.SUPPORT, f"sets the stage: {call.full}")
        if call.full.startswith(_STAGE):
            return Judged(Category.SUPPORT, f"sets the stage: {call.full}")
    return None


def renamed(calls: Sequence[Call]) -> Judged | None:
    """What names columns."""
    if calls and calls[0].last in words.RENAMES:
        return Judged(Category.PREPARATION, f"renames columns: {calls[0].full}")
    return None


def summed_up(calls: Sequence[Call]) -> Judged | None:
    """What sums up data in order to look at it."""
    if calls and calls[0].last in ("corr", "cov", "describe", "value_counts", "nunique"):
        return Judged(Category.EXPLORATION, f"sums up the data: {calls[0].full}")
    return None


def changed(calls: Sequence[Call]) -> Judged | None:
    """What makes, replaces, filters or deletes data."""
    for call in calls:
        if call.full in ("join", "replace", "split", "strip"):  # of a text, not of a table
            continue
        if call.last in words.CHANGES:
            return Judged(Category.PREPROCESSING, f"changes the data: {call.full}")
    return None


def own_function(scope: Scope) -> Rule:
    """A rule: a call of a function that the code defines is for what that function does."""

    def rule(calls: Sequence[Call]) -> Judged | None:
        for call in calls:
            body = scope.functions.get(call.full)
            if body is not None and body.category is not Category.SUPPORT:
                return replace(body, reason=f"calls {call.full}, which {body.reason}")
        return None

    return rule


def named(calls: Sequence[Call]) -> Judged | None:
    """What a function's own name speaks of, where nothing else is known of it."""
    for call in calls[:1]:
        category = by_verb(call.last)
        if category is not None:
            return Judged(category, f"calls {call.full} by name", is_sure=False)
    return None


def changes_in_place(call: ast.Call) -> bool:
    """Whether a call changes the table it belongs to."""
    return any(
        one.arg == "inplace" and isinstance(one.value, ast.Constant) and one.value.value is True
        for one in call.keywords
    )
