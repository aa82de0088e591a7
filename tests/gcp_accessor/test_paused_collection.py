"""Garbage collection while large libraries are imported."""

from __future__ import annotations

import gc

import pytest

from ml_api_kit.gcp_accessor.paused_collection import import_large, paused_collection


def test_collection_goes_on_when_the_last_who_paused_it_has_ended() -> None:
    first, second = paused_collection(), paused_collection()
    with first:
        with second:
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_pauses_may_end_in_the_order_of_their_beginning() -> None:
    first, second = paused_collection(), paused_collection()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_collection_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with paused_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_import_that_fails_leaves_the_collection_on() -> None:
    with pytest.raises(ModuleNotFoundError):
        import_large("no_such_module")
    assert gc.isenabled()
