"""Preconditions on the generation and metageneration of an object or a bucket.

Source: https://cloud.google.com/storage/docs/request-preconditions
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import Headers

from ml_api_kit.gcp_accessor.local.storage.wire_errors import (
    StorageApiError,
    condition_not_met,
    invalid,
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a request demands of the present state; None where it demands nothing.

    An object that does not exist has generation 0 and metageneration 0.
    """

    generation_match: int | None = None
    generation_not_match: int | None = None
    metageneration_match: int | None = None
    metageneration_not_match: int | None = None

    def check_write(self, *, generation: int, metageneration: int) -> None:
        """Let a change of what has this `generation` and `metageneration` pass.

        Raises StorageApiError: 412 when a condition does not hold.

        >>> Conditions(generation_match=0).check_write(generation=0, metageneration=0)
        """
        if not self._matches(generation, metageneration) or self._is_same(
            generation, metageneration
        ):
            raise condition_not_met()

    def check_read(self, *, generation: int, metageneration: int) -> None:
        """Let a reading pass.

        Raises StorageApiError: 412 when a match does not hold, 304 when a not-match does not.
        """
        if not self._matches(generation, metageneration):
            raise condition_not_met()
        if self._is_same(generation, metageneration):
            raise StorageApiError(304, "notModified", "Not Modified")

    def _matches(self, generation: int, metageneration: int) -> bool:
        return self.generation_match in (None, generation) and self.metageneration_match in (
            None,
            metageneration,
        )

    def _is_same(self, generation: int, metageneration: int) -> bool:
        return (
            self.generation_not_match == generation
            or self.metageneration_not_match == metageneration
        )


def query_conditions(query: Mapping[str, str], *, prefix: str = "if") -> Conditions:
    """The conditions in a query string, such as `ifGenerationMatch=0`.

    Raises StorageApiError: 400 for a condition that is no whole number.

    >>> query_conditions({"ifGenerationMatch": "7"}).generation_match
    7
    """
    return Conditions(
        *(
            whole_number(query, prefix + name)
            for name in (
                "GenerationMatch",
                "GenerationNotMatch",
                "MetagenerationMatch",
                "MetagenerationNotMatch",
            )
        )
    )


def header_conditions(headers: Headers, *, prefix: str = "x-goog-if") -> Conditions:
    """The conditions in the headers of an XML request, such as `x-goog-if-generation-match`.

    Raises StorageApiError: 400 for a condition that is no whole number.
    """
    return Conditions(
        generation_match=whole_number(headers, f"{prefix}-generation-match"),
        metageneration_match=whole_number(headers, f"{prefix}-metageneration-match"),
    )


def is_true(values: Mapping[str, str], name: str) -> bool:
    """Whether a query says yes under `name`.

    >>> is_true({"versions": "True"}, "versions")
    True
    """
    return values.get(name, "").lower() == "true"


def whole_number(values: Mapping[str, str] | Headers, name: str) -> int | None:
    """The whole number, 0 or more, under `name`; None where there is none.

    Raises StorageApiError: 400 for anything else, or for more than 64 bits.
    """
    text = values.get(name)
    if text is None or text == "":
        return None
    # Digits are counted before they are read: reading a million of them would take minutes.
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) < 1 << 63):
        raise invalid(f"Invalid value for {name}: a whole number is needed.")
    return int(text)
