import pytest

from ml_api_kit.errors import SettingsError
from ml_api_kit.loadtest.config import LoadTestSettings, read_load_test_settings


@pytest.fixture
def pyproject(tmp_path):
    def write(text):
        path = tmp_path / "pyproject.toml"
        path.write_text(text)
        return path

    return write


def test_settings_of_a_project_without_the_table_are_the_defaults(pyproject):
    assert read_load_test_settings(pyproject("[project]\nname = 'a'\n")) == LoadTestSettings()


def test_settings_are_read_from_the_table(pyproject):
    path = pyproject("[tool.mlapi.load-test]\nusers = 3\np95_ms = 80\nmax_failure_share = 0\n")
    assert read_load_test_settings(path) == LoadTestSettings(
        users=3, p95_ms=80, max_failure_share=0
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("users = 0", "users in .* is 0; set it to a whole number, 1 or more"),
        ("users = 2.5", "is 2.5; set it to a whole number"),
        ("users = true", "is True; set it to a whole number"),
        ("duration_s = '10'", "is '10'; set it to a whole number"),
        ("spawn_rate = -1", "is -1; set it to a number above 0"),
        ("p95_ms = inf", "is inf; set it to a number above 0"),
        ("p95_ms = nan", "is nan; set it to a number above 0"),
        ("invalid_share = 1.1", "is 1.1; set it to a number from 0 to 1"),
        ("max_failure_share = 5", "is 5; set it to a number from 0 to 1"),
        ("user = 3", "user in .* is 3; .* did you mean users?"),
    ],
)
def test_settings_name_a_value_that_cannot_be(pyproject, line, said):
    with pytest.raises(SettingsError, match=said):
        read_load_test_settings(pyproject(f"[tool.mlapi.load-test]\n{line}\n"))


def test_settings_name_a_table_that_is_none(pyproject):
    with pytest.raises(SettingsError, match="set it to a table"):
        read_load_test_settings(pyproject("[tool.mlapi]\nload-test = 3\n"))


def test_settings_name_a_file_that_is_missing_or_no_toml(tmp_path, pyproject):
    with pytest.raises(SettingsError, match="a folder with a pyproject"):
        read_load_test_settings(tmp_path / "pyproject.toml")
    with pytest.raises(SettingsError, match="valid TOML"):
        read_load_test_settings(pyproject("= 3"))
