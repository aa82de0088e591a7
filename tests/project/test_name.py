import keyword
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_api_kit.errors import ProjectNameError
from ml_api_kit.project import ProjectName, parse_project_name


@pytest.mark.parametrize(
    ("text", "slug", "package"),
    [
        ("student-api", "student-api", "student_api"),
        ("Student API", "student-api", "student_api"),
        ("  student__api ", "student-api", "student_api"),
        ("irt2", "irt2", "irt2"),
    ],
)
def test_parse_project_name_joins_words(text: str, slug: str, package: str) -> None:
    assert parse_project_name(text) == ProjectName(slug, package)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("2fast", "api-2fast"),
        ("class", "api-class"),
        ("json", "api-json"),
        ("flask", "api-flask"),
        ("numpy", "api-numpy"),
        ("google", "api-google"),
        ("deploy", "api-deploy"),
        ("../up", "up"),
        ("a/b", "a-b"),
        ("student!", "student"),
        ("", "student-api"),
        ("été", "t"),
        ("-x", "x"),
        ("{{ 7 * 7 }}", "api-7-7"),
        ("a" * 41, "a" * 40),
    ],
)
def test_parse_project_name_refuses_and_suggests(text: str, suggestion: str) -> None:
    with pytest.raises(ProjectNameError, match=f"Try '{suggestion}'"):
        parse_project_name(text)
    assert parse_project_name(suggestion).slug == suggestion


@given(st.text(max_size=50))
def test_parse_project_name_gives_an_importable_name_or_says_no(text: str) -> None:
    try:
        package = parse_project_name(text).package
    except ProjectNameError:
        return
    assert package.isidentifier()
    assert not keyword.iskeyword(package)
    assert package not in sys.stdlib_module_names
