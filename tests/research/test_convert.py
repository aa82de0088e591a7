"""What a conversion tells others of the research code."""

from __future__ import annotations

from pathlib import Path

from tests.research.notebooks import convert_cells


def test_convert_does_not_tell_the_secrets_of_the_code(tmp_path: Path) -> None:
    conversion = convert_cells(
        tmp_path,
        'password = "hunter2222"\nprint(password)',
        'address = "postgresql://ann:geheim99@db/cars"\nprint(address)',
        "import pandas as pd\nfrom sklearn.linear_model import LinearRegression\n"
        'df = pd.DataFrame({"a": [1, 2, 3, 4], "b": [2, 4, 6, 9]})\n'
        'model = LinearRegression().fit(df[["a"]], df["b"])\nmodel.predict(df[["a"]])',
    )
    told = (conversion.work / "interface.json").read_text("utf-8")
    assert "hunter2222" not in told
    assert "geheim99" not in told
    assert conversion.interface["statements"][0]["source"] == 'password = "hu…"'
