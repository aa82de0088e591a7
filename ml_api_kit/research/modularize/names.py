"""Names for what an API answers, from what the code predicts."""

from __future__ import annotations

import re

_IRREGULAR = {
    "class": "classes",
    "diabetes": "diabetes_answers",
    "species": "species_answers",
    "quality": "qualities",
    "status": "statuses",
    "sales": "sales_figures",
}
_PLAIN = re.compile(r"[^0-9a-z]+")


def to_identifier(text: str) -> str:
    """A name in lower case with underscores: `Selling_Price` gives `selling_price`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    name = _PLAIN.sub("_", spaced.lower()).strip("_")
    if not name or name[0].isdigit():
        name = f"value_{name}".rstrip("_")
    return name


def answer_name(target: str | None, *, is_supervised: bool) -> str:
    """The name of one answer: the target's, or what a model without one gives."""
    if target is not None and to_identifier(target) not in ("y", "target", "label", "0"):
        return to_identifier(target)
    return "prediction" if is_supervised else "cluster"


def plural(name: str) -> str:
    """The plural of a name, for the endpoint; one that looks plural gets a noun behind it.

    >>> plural("selling_price"), plural("class"), plural("category"), plural("sales")
    ('selling_prices', 'classes', 'categories', 'sales_figures')
    """
    head, _, last = name.rpartition("_")
    if last in _IRREGULAR:
        made = _IRREGULAR[last]
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        made = f"{last[:-1]}ies"
    elif last.endswith(("ch", "sh", "x", "z", "ss")):
        made = f"{last}es"
    elif last.endswith("ed"):
        made = f"{last}_predictions"
    elif last.endswith("s"):
        made = f"{last}_answers"
    else:
        made = f"{last}s"
    return f"{head}_{made}" if head else made


def class_name(name: str) -> str:
    """`selling_price` as `SellingPriceModel`."""
    return "".join(part.capitalize() for part in name.split("_") if part) + "Model"
