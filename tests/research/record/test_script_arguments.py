"""A script that reads its arguments is run without any."""

from __future__ import annotations

from pathlib import Path

from ml_api_kit.research.convert import convert

_SCRIPT = """
import argparse
import pandas as pd
from sklearn.linear_model import LinearRegression


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="rents.csv")
    arguments = parser.parse_args()
    rents = pd.read_csv(arguments.data)
    model = LinearRegression().fit(rents[["area"]], rents["rent"])
    print(model.predict(rents[["area"]]))


if __name__ == "__main__":
    main()
"""


def test_script_that_parses_arguments_gets_their_defaults(tmp_path: Path) -> None:
    (tmp_path / "rents.csv").write_text("area,rent\n" + "".join(f"{n},{3 * n}\n" for n in range(9)))
    script = tmp_path / "train.py"
    script.write_text(_SCRIPT)
    work = tmp_path / "work"
    work.mkdir()
    interface = convert(script, work)
    assert interface["model"]["class"] == "sklearn.linear_model.LinearRegression"
    assert [column["name"] for column in interface["columns"]] == ["area"]
