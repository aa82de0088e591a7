"""Smells as tests look for them."""

from __future__ import annotations

from pathlib import Path

from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand.smells import Smell, find_smells
from tests.research.notebooks import write_notebook

SPLIT = "from sklearn.model_selection import train_test_split\n"
SPLIT_X = f"{SPLIT}a, b, c, d = train_test_split(X, y, random_state=0)"
READ = "import pandas as pd\ndf = pd.read_csv('a.csv')\nX, y = df[['a']], df['b']"


def smells_of(folder: Path, *cells: str) -> tuple[Smell, ...]:
    return find_smells(read_research_code(write_notebook(folder, *cells)))


def found(folder: Path, smell: str, *cells: str) -> list[tuple[int, int]]:
    return [(one.cell, one.line) for one in smells_of(folder, *cells) if one.id == smell]
