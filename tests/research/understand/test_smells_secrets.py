"""Secrets and places of one machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_api_kit.research.understand.smells.secrets import without_secrets
from tests.research.understand.finding import found, smells_of

TOKEN = "ghp_" + "a1B2" * 9
AWS = "AKIA" + "ABCDEFGH" * 2
GOOGLE = "AIza" + "Sy0123456" * 4


@pytest.mark.parametrize(
    "source",
    [
        "password = os.environ['PASSWORD']",
        "password = 'your password here'",
        "login(token='<token>')",
        "tokenizer = 'bert-base-uncased'",
        "url = 'https://example.org/data.csv'",
        "url = 'postgresql://ann:{word}@db/cars'",
        "columns = {'token': 'text', 'password': 'string'}",
        "key = 'passenger_id'",
    ],
)
def test_text_that_is_no_secret(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, "secret", source) == []
    assert without_secrets(source) == source


@pytest.mark.parametrize(
    ("source", "secret"),
    [
        ("password = 'hunter2222'", "hunter2222"),
        ("login('ann', token='t0k3n-4711')", "t0k3n-4711"),
        ("settings = {'user': 'ann', 'password': 'hunter2222'}", "hunter2222"),
        ("os.environ['API_KEY'] = '0123456789abcdef'", "0123456789abcdef"),
        ("def login(user, secret='s3cr3t-word'):\n    pass", "s3cr3t-word"),
        (f"client = Client('{TOKEN}')", TOKEN),
        (f"key = '{AWS}'", AWS),
        (f"maps = '{GOOGLE}'", GOOGLE),
        ("engine = create_engine('postgresql://ann:hunter2222@db:5432/cars')", "hunter2222"),
        ("c = connect('Server=db;Uid=ann;Pwd=hunter2222;')", "hunter2222"),
        ("headers = {'Authorization': 'Bearer abcdefghij0123456789'}", "abcdefghij0123456789"),
    ],
)
def test_secret_is_found_and_never_shown_whole(tmp_path: Path, source: str, secret: str) -> None:
    smells = [one for one in smells_of(tmp_path, source) if one.id == "secret"]
    assert len(smells) == 1
    assert secret not in str(smells)
    shown = without_secrets(source)
    assert secret not in shown
    assert "…" in shown
    compile(shown, "shown", "exec")


def test_absolute_path(tmp_path: Path) -> None:
    relative = "read('data/a.csv')\nread('https://example.org/home/a')\nroute('/v1/prices')"
    assert found(tmp_path, "absolute-path", relative) == []
    absolute = "read('/home/me/a.csv')\nread(r'C:\\data\\a.csv')\nread('/content/drive/a.csv')"
    assert found(tmp_path, "absolute-path", absolute) == [(1, 1), (1, 2), (1, 3)]
