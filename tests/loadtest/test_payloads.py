import json
import re
import subprocess
import sys
import warnings
from pathlib import Path
from random import Random

import jsonschema
import pytest

from ml_api_kit.errors import SchemaError
from ml_api_kit.loadtest.mutations import MUTATIONS, mutate
from ml_api_kit.loadtest.payloads import draw_invalid_payloads, draw_payloads, read_payloads
from ml_api_kit.loadtest.schema_file import load_schema

PATH = Path(__file__).parent / "project" / "schemas" / "probabilities.request.json"
TRIPLE = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "array",
    "prefixItems": [{"type": "string"}, {"type": "integer", "minimum": 0}],
    "items": False,
    "minItems": 2,
}


@pytest.fixture(scope="module")
def schema():
    return load_schema(PATH)


@pytest.fixture(scope="module")
def payloads(schema):
    return draw_payloads(schema, 40, seed=1)


def test_payloads_match_the_schema_and_vary(schema, payloads):
    validator = jsonschema.Draft202012Validator(schema)
    assert len(payloads) == 40
    assert all(validator.is_valid(each) for each in payloads)
    assert len({json.dumps(each) for each in payloads}) > 20
    assert max(len(json.dumps(each)) for each in payloads) < 50_000


def test_payloads_are_the_same_for_the_same_seed(schema, payloads):
    assert draw_payloads(schema, 40, seed=1) == payloads
    assert draw_payloads(schema, 5, seed=2) != draw_payloads(schema, 5, seed=1)


def test_payloads_are_the_same_in_another_process():
    code = (
        "import json; from ml_api_kit.loadtest.payloads import *;"
        "print(json.dumps(draw_payloads({'type': 'string', 'maxLength': 9}, 20, seed=4)))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]


def test_payloads_give_no_warning():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        drawn = draw_payloads({"type": "string", "pattern": "^[a-z]{3}$"}, 5, seed=0)
    assert [str(each.message) for each in told] == []
    assert all(re.fullmatch("[a-z]{3}", each) for each in drawn)


def test_payloads_repeat_where_the_schema_allows_few():
    drawn = draw_payloads({"enum": [1, 2]}, 9, seed=0)
    assert len(drawn) == 9
    assert set(drawn) == {1, 2}


def test_payloads_of_a_schema_of_2020_12_match_it():
    validator = jsonschema.Draft202012Validator(TRIPLE)
    assert all(validator.is_valid(each) for each in draw_payloads(TRIPLE, 20, seed=0))


def test_invalid_payloads_are_all_invalid_and_vary(schema):
    validator = jsonschema.Draft202012Validator(schema)
    invalid = draw_invalid_payloads(schema, 100, seed=3)
    assert not any(validator.is_valid(each) for each in invalid)
    rules = {error.validator for each in invalid for error in validator.iter_errors(each)}
    assert rules >= {"type", "required", "additionalProperties", "minItems", "enum"}
    assert any(len(list(validator.iter_errors(each))) > 1 for each in invalid)
    assert draw_invalid_payloads(schema, 100, seed=3) == invalid


def test_mutations_leave_the_value_itself_as_it_is(payloads):
    before = json.dumps(payloads)
    random = Random(1)
    for payload in payloads:
        for mutation, is_for in MUTATIONS:
            mutate(payload, mutation, is_for, random)
    assert json.dumps(payloads) == before


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "nonsense"}, "not valid at"),
        ({"type": "string", "enum": [1]}, "No value was found"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}, "is recursive"),
        ({"$ref": "#/$defs/none", "$defs": {}}, "leads nowhere: there is no 'none'"),
        ({"$ref": "other.json"}, "leads out of the schema"),
    ],
)
def test_payloads_of_a_schema_that_cannot_be_used(schema, said):
    with pytest.raises(SchemaError, match=said):
        draw_payloads(schema, 3, seed=0)


def test_invalid_payloads_of_a_schema_that_allows_everything():
    with pytest.raises(SchemaError, match="No payload was found that breaks the schema"):
        draw_invalid_payloads({}, 3, seed=0)


def test_read_payloads_gives_bodies(schema):
    bodies = read_payloads(PATH, count=5, invalid_count=0, seed=0)
    assert [json.loads(each) for each in bodies.valid] == draw_payloads(schema, 5, seed=0)
    assert bodies.invalid == ()


def test_known_bodies_are_sent_in_place_of_drawn_ones(schema):
    known = draw_payloads(schema, 3, seed=7)
    made = read_payloads(PATH, count=40, invalid_count=5, seed=0, known=known)
    assert [json.loads(body) for body in made.valid] == known
    validator = jsonschema.Draft202012Validator(schema)
    assert len(made.invalid) == 5
    assert not any(validator.is_valid(json.loads(body)) for body in made.invalid)


def test_a_known_body_that_breaks_the_schema_is_refused(schema):
    known = [*draw_payloads(schema, 1, seed=7), {"students": 1}]
    with pytest.raises(SchemaError, match="known body 1 breaks the schema"):
        read_payloads(PATH, count=1, invalid_count=0, seed=0, known=known)
