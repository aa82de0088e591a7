"""Links between files lead somewhere."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.docs.pages import EVERY_PAGE, page_name, tokens


def targets(page: Path) -> list[str]:
    links = [str(token.attrs["href"]) for token in tokens(page) if token.type == "link_open"]
    images = [str(token.attrs["src"]) for token in tokens(page) if token.type == "image"]
    return [each for each in links + images if not re.match(r"[a-z]+:", each)]


def anchors(page: Path) -> set[str]:
    """The anchors of the page's headings, as GitHub and MyST make them."""
    found = list(tokens(page))
    titles = [after.content for token, after in pairwise(found) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", EVERY_PAGE, ids=page_name)
def test_links_of_page(page: Path) -> None:
    for target in targets(page):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{target} leads nowhere"
        assert not anchor or anchor in anchors(file), f"{target} names no heading"


def test_pages_have_links() -> None:
    """The test above looks at something."""
    assert sum(len(targets(page)) for page in EVERY_PAGE) > 10
