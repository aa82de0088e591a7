"""The 30 fields as a model of pydantic, for all libraries that take one.

Strict, because a JSON Schema takes no text for a number either; unknown fields are refused.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from tests.bench.thirty_fields import MAX_LENGTH, MINIMUM, NUMBERS, TEXTS


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


_FIELDS: dict[str, Any] = {
    **{name: (Annotated[float, Field(ge=MINIMUM)], ...) for name in NUMBERS},
    **{name: (Annotated[str, Field(max_length=MAX_LENGTH)], ...) for name in TEXTS},
}
Features = create_model("Features", __base__=_Strict, **_FIELDS)


class Answer(BaseModel):
    """What is answered."""

    number: float
    text: str
