"""Rules of texts and numbers spelt as texts, with pandas as the oracle."""

from __future__ import annotations

import pytest

from tests.research.refactor.oracle import assert_alike, reason_of


@pytest.mark.parametrize(
    "line",
    [
        'df["x"] = df["t"].str.extract("(a)(b)")[0]',
        'df["x"] = df["t"].str.extract("(a)")',
        'df["x"] = df["t"].str.extract(pattern, expand=False)',
        'df["x"] = df["t"].str.cat(sep=" ")',
        'df["x"] = df["t"].str.cat(df["d"], na_rep="-")',
        'df[["x", "y"]] = df["t"].str.split(",", expand=True)',
        'df["x"] = df["t"].str.normalize("NFC")',
        'df["x"] = pd.to_numeric(df["d"], errors="ignore")',
        'df["x"] = pd.to_datetime(df["d"], unit="s")',
    ],
)
def test_is_left_alone(line: str) -> None:
    assert reason_of(line)


@pytest.mark.parametrize(
    "value",
    [
        'df["t"].str.extract(r"(\\d+)", expand=False)',
        'df["t"].str.extract(r"-(\\d)")[0]',
        'df["t"].str.extract("(Z)?b", expand=False)',
        'df["t"].str.extract(r"(\\d+)", expand=False).astype(float)',
        'df["t"].str.strip().str.lower()',
        'df["t"].str.slice(1, 3)',
        'df["t"].str.slice(stop=2)',
        'df["t"].str[-1]',
        'df["t"].str.get(0)',
        'df["t"].str.cat(df["d"], sep="/")',
        'df["t"].str.cat([df["d"], df["t"]])',
        'df["t"] + "_" + df["d"]',
        '"<" + df["t"]',
        'df["t"].str.contains("b")',
        'df["t"].str.contains("AB", case=False)',
        'df["t"].str.contains(".", regex=False)',
        'df["t"].str.contains("b", na=True)',
        'df["t"].str.match("a")',
        'df["t"].str.fullmatch("b")',
        'df["t"].str.startswith("a")',
        'df["d"].str.isdigit()',
        'df["t"].str.count("b")',
        'df["t"].str.find("b")',
        'df["t"].str.findall("[a-z]")',
        'df["t"].str.split()',
        'df["t"].str.split(",").str[0]',
        'df["t"].str.split(",", expand=True)[1]',
        'df["t"].str.split(",", n=1).str[-1]',
        'df["t"].str.split("[, ]").str.len()',
        'df["t"].str.split(",").str.join("+")',
        'df["t"].str.zfill(4)',
        'df["t"].str.ljust(8, "*")',
        'df["t"].str.replace("b", "B")',
        'df["t"].str.replace(r"[^0-9]", "", regex=True)',
        'pd.to_numeric(df["d"], errors="coerce")',
        'pd.to_numeric(df["t"].str.replace(r"\\D", "", regex=True))',
        'pd.to_datetime(df["d"], format="%Y", errors="coerce")',
        'df["d"].str.replace(r"[^0-9.]", "", regex=True).astype(float)',
        'df["t"].isin(["b", ""])',
        'df["t"].fillna("none").str.upper()',
    ],
)
def test_rows_form_gives_what_pandas_gives(value: str) -> None:
    assert_alike(f'df["x"] = {value}')


@pytest.mark.parametrize(
    "text", ["1_000", " 12 ", "", "inf", "nan", "abc", "1e3", "0x10", ".5", "+3", "-0", "None"]
)
def test_text_is_the_number_that_pandas_reads(text: str) -> None:
    assert_alike(f'df["d"] = {text!r}', 'df["x"] = pd.to_numeric(df["d"], errors="coerce")')


def test_extract_reads_as_a_verb() -> None:
    made = assert_alike('df["x"] = df["t"].str.extract("([0-9]+)")[0]')
    assert '"x": extracted(row["t"], "([0-9]+)")' in made
