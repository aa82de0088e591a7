"""The engine of `validate_schema` answers as the official JSON-Schema-Test-Suite says."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from ml_api_kit.schemas import CompiledSchema
from ml_api_kit.schemas.drafts import Draft
from ml_api_kit.schemas.engines.reference import compile_reference
from tests.schemas.suite import FOLDERS, SuiteTest, remote, suite_folder, suite_tests

#: The tests of the copy that jsonschema 4.26 brings; a newer one has more, never fewer.
FEWEST = {
    Draft.DRAFT_4: 610,
    Draft.DRAFT_6: 829,
    Draft.DRAFT_7: 913,
    Draft.DRAFT_2019: 1227,
    Draft.DRAFT_2020: 1257,
}


@pytest.fixture(scope="module")
def folder() -> Path:
    try:
        return suite_folder()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"the suite could not be fetched (make suite): {error.stderr.decode()[-300:]}")


def is_answered_rightly(test: SuiteTest, folder: Path) -> bool:
    """Whether the engine answers as the suite says, and names a fault where there is one.

    `format` only describes in what is required of every implementation; the other tests are run as
    `validate_schema` runs its schemas.
    """
    schema = CompiledSchema(
        test.schema,
        retrieve=partial(remote, folder),
        checks_formats=test.kind != "required",
    )
    is_valid = schema.is_valid(test.value)
    assert schema.engine == "jsonschema-rs"
    assert bool(schema.violations(test.value)) != is_valid
    return is_valid == test.is_valid


@pytest.mark.parametrize("draft", FOLDERS, ids=FOLDERS.get)
def test_draft_is_answered_as_the_suite_says(
    draft: Draft, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, passed, wrong = Counter[str](), Counter[str](), []
    for test in suite_tests(folder, draft):
        run[test.kind] += 1
        if is_answered_rightly(test, folder):
            passed[test.kind] += 1
        else:
            wrong.append((test.file, test.case, test.description))
    with capsys.disabled():
        shares = ", ".join(f"{kind} {passed[kind]}/{run[kind]}" for kind in run)
        print(f"\nJSON-Schema-Test-Suite, {FOLDERS[draft]}: {shares}", end=" ")
    assert wrong == []
    assert run["required"] >= FEWEST[draft]
    assert set(run) == {"required", "optional", "format"}


@pytest.mark.parametrize("draft", FOLDERS, ids=FOLDERS.get)
def test_reference_agrees_on_what_is_required(draft: Draft, folder: Path) -> None:
    """As far as jsonschema can: newer copies of the suite have a few cases that it gets wrong."""
    required = [test for test in suite_tests(folder, draft) if test.kind == "required"]
    wrong = []
    for test in required:
        engine = compile_reference(
            test.schema,
            name="it",
            retrieve=partial(remote, folder),
            base_uri=None,
            checks_formats=False,
        )
        try:
            is_right = engine.is_valid(test.value) == test.is_valid
        except re.error:  # in the name of a property, where `choose_engine` refuses the schema
            is_right = False
        if not is_right:
            wrong.append((test.file, test.case, test.description))
    assert len(wrong) <= len(required) / 200, wrong
