"""Litestar with a struct of msgspec, the fastest of the kinds of models that it takes.

Source: https://docs.litestar.dev/2/usage/requests.html
"""

from __future__ import annotations

from typing import Annotated

from litestar import Litestar, post
from msgspec import Meta, Struct, defstruct

from tests.bench.thirty_fields import MAX_LENGTH, MINIMUM, NUMBERS, TEXTS

Features = defstruct(
    "Features",
    [
        *((name, Annotated[float, Meta(ge=MINIMUM)]) for name in NUMBERS),
        *((name, Annotated[str, Meta(max_length=MAX_LENGTH)]) for name in TEXTS),
    ],
    forbid_unknown_fields=True,
)


class Answer(Struct):
    """What is answered."""

    number: float
    text: str


@post("/predict", status_code=200)
async def predict(data: Features) -> Answer:
    return Answer(number=data.feature_19, text=data.feature_20)


def create_app() -> Litestar:
    return Litestar(route_handlers=[predict])
