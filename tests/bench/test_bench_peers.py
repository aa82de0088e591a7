"""What the comparison with peers holds them to; the peers themselves run in `make bench`."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.bench.bench_peers import BASELINE, PATH, VARIANTS, Variant, check, environ_of, table
from tests.bench.served import REPOSITORY, served
from tests.bench.thirty_fields import BODY, SCHEMA, VALUE, WRONG_BODIES

OURS = [variant for variant in VARIANTS if variant.is_guarded]
UNGUARDED = Variant("unguarded", "bare_flask", "granian", is_peer=False, is_guarded=True)
UNCHECKED = Variant("unchecked", "bare_flask", "granian", is_peer=False)


def check_served(variant: Variant, *, as_if: Variant, folder: Path) -> None:
    factory = f"tests.bench.peers.{variant.module}:create_app"
    environ = environ_of(variant, str(folder))
    with served(variant.server, factory, folder=REPOSITORY, environ=environ, ready=PATH) as server:
        check(as_if, server)


def test_wrong_bodies_are_wrong() -> None:
    jsonschema.validate(VALUE, SCHEMA)
    assert json.loads(BODY) == VALUE
    refused = dict(WRONG_BODIES)
    with pytest.raises(json.JSONDecodeError):
        json.loads(refused.pop("no JSON"))
    for body in refused.values():
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(json.loads(body), SCHEMA)


@pytest.mark.parametrize("variant", OURS, ids=lambda variant: variant.name)
def test_all_guards_are_there(variant: Variant, tmp_path: Path) -> None:
    check_served(variant, as_if=variant, folder=tmp_path)


def test_what_checks_nothing_is_not_compared_as_if_it_did(tmp_path: Path) -> None:
    lax = Variant("lax", "guarded", "granian", is_peer=False)
    with pytest.raises(SystemExit, match="a number that is a text gave False where True is right"):
        check_served(UNCHECKED, as_if=lax, folder=tmp_path)
    with pytest.raises(SystemExit, match="no token gave 200 where 401 is right"):
        check_served(UNCHECKED, as_if=UNGUARDED, folder=tmp_path)


def test_table_holds_every_variant_against_the_bare_view() -> None:
    measured = {BASELINE.name: [0.5, 0.4, 0.5], "guarded": [0.25, 0.3, 0.25]}
    head, bare, guarded = table(measured).splitlines()
    assert head.split()[-4:] == ["requests", "per", "CPU", "s"]
    assert bare.split()[-4:] == ["0.500", "1.00", "1.00-1.00", "2,000"]
    assert guarded.split()[-4:] == ["0.250", "0.50", "0.50-0.75", "4,000"]


def test_every_variant_has_a_module_with_a_factory() -> None:
    for variant in VARIANTS:
        module = REPOSITORY / "tests" / "bench" / "peers" / f"{variant.module}.py"
        assert "\ndef create_app() -> " in module.read_text(encoding="utf-8")
