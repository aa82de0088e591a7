"""A keyword is known to no draft."""

from __future__ import annotations

from collections.abc import Iterator

from ml_api_kit.schemas.lint.document import SchemaDocument
from ml_api_kit.schemas.lint.finding import Fault
from ml_api_kit.schemas.lint.keywords import KEYWORDS, is_own_word
from ml_api_kit.schemas.lint.references import references, target_path
from ml_api_kit.schemas.lint.rules.misspelt_keyword import misspelt
from ml_api_kit.schemas.lint.rules.properties_outside import outside

ID = "S015"
LEVEL = "warning"
WHY = "An unknown keyword is ignored, whatever it says."
MEND = "Start its name with `x-`, where it is your own; else leave it out."
WRONG = {"type": "string", "length": 8}
RIGHT = {"type": "string", "minLength": 8, "maxLength": 8, "x-source": "form 7"}


def find(document: SchemaDocument) -> Iterator[Fault]:
    """Each unknown keyword that no other rule tells of, and that no `$ref` leads into."""
    targets = {path for one in references(document) if (path := target_path(one)) is not None}
    for node in document.nodes:
        told = {name for name, _ in outside(node)}
        for name, value in node.schema.items():
            path = (*node.path, name)
            if (
                name not in KEYWORDS
                and name not in told
                and not is_own_word(name)
                and misspelt(name, value, node.draft) is None
                and not any(target[: len(path)] == path for target in targets)
            ):
                yield Fault(path, f"`{name}` is no keyword of JSON Schema")
