"""The page of the rules is the one that is made from them."""

from tests.docs.schema_rules import PAGE, page


def test_page_is_made_from_the_rules() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.docs.schema_rules"
