"""Forms of preprocessing, converted whole: their rows get the answers that the code gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.research.modularize.homes import FIT, READ, TABLE
from tests.research.notebooks import convert_cells

_FORMS = {
    "fill_with_mean": (
        'df["age"] = df["age"].fillna(df["age"].mean())\nX = df[["age", "rent"]]',
        {"age", "rent"},
    ),
    "label_encoder_reused_in_a_loop": (
        "from sklearn.preprocessing import LabelEncoder\nle = LabelEncoder()\n"
        'for c in ["town", "sex"]:\n    df[c] = le.fit_transform(df[c])\n'
        'X = df[["town", "sex", "rent"]]',
        {"town", "sex", "rent"},
    ),
    "dummies_without_the_first": (
        'X = pd.get_dummies(df[["town", "sex", "rent"]], drop_first=True)',
        {"town", "sex", "rent"},
    ),
    "bins_by_number": (
        'df["size"] = pd.cut(df["rent"], 4, labels=False)\nX = df[["size", "rent"]]',
        {"rent"},
    ),
    "quantiles": (
        'df["q"] = pd.qcut(df["rent"], 3, labels=["a", "b", "c"]).map({"a": 0, "b": 1, "c": 2})\n'
        'df["q"] = df["q"].astype(int)\nX = df[["q", "rent"]]',
        {"rent"},
    ),
    "group_means": (
        'df["town_rent"] = df.groupby("town")["rent"].transform("mean")\n'
        'X = df[["town_rent", "rent"]]',
        {"town", "rent"},
    ),
    "replace_in_place": (
        'df.replace({"sex": {"f": 0, "m": 1}}, inplace=True)\nX = df[["sex", "rent"]]',
        {"sex", "rent"},
    ),
    "rename_and_delete": (
        'df = df.rename(columns={"rent": "cold_rent"})\ndel df["when"]\nX = df[["cold_rent"]]',
        {"rent"},
    ),
    "columns_named_anew": (
        'df.columns = [c.upper() for c in df.columns]\nX = df[["RENT"]]\ndf["price"] = df["PRICE"]',
        {"rent"},
    ),
    "a_function_of_the_table": (
        'def add(frame, factor):\n    frame["warm"] = frame["rent"] * factor\n    return frame\n'
        'df = add(df, 1.2)\nX = df[["warm"]]',
        {"rent"},
    ),
    "another_name_for_the_table": (
        'X = df\nX["double"] = X["rent"] * 2\nX = X[["double", "rent"]]',
        {"rent"},
    ),
    "scaled": (
        "from sklearn.preprocessing import StandardScaler\n"
        'df = df.dropna(subset=["age"])\n'
        'X = StandardScaler().fit_transform(df[["age", "rent"]])',
        {"age", "rent"},
    ),
    "scaled_into_its_columns": (
        "from sklearn.preprocessing import MinMaxScaler\nmm = MinMaxScaler()\n"
        'df[["rent"]] = mm.fit_transform(df[["rent"]])\nX = df[["rent"]]',
        {"rent"},
    ),
    "duplicates_and_missing_dropped": (
        "df = df.drop_duplicates().dropna().reset_index(drop=True)\n"
        'df = df[df["rent"] > 500]\nX = df[["age", "rent"]]',
        {"age", "rent"},
    ),
    "a_function_of_each_value": (
        'df["old"] = df["age"].apply(lambda a: 1 if a > 50 else 0)\nX = df[["old", "rent"]]',
        {"age", "rent"},
    ),
    "a_function_of_each_row": (
        'df["per"] = df.apply(lambda row: row["rent"] / 12 if row["sex"] == "f" else 0.0, axis=1)\n'
        'X = df[["per", "rent"]]',
        {"sex", "rent"},
    ),
    "texts_and_times": (
        'df["t"] = df["town"].str.lower().str[0].map({"b": 1, "k": 2, "u": 3})\n'
        'df["month"] = pd.to_datetime(df["when"]).dt.month\n'
        'X = df[["t", "month", "rent"]]',
        {"town", "when", "rent"},
    ),
    "where_and_masks": (
        'df["big"] = np.where(df["rent"] > 900, 1, 0)\n'
        'df["flag"] = 0\ndf.loc[(df["sex"] == "f") & (df["rent"] > 800), "flag"] = 1\n'
        'X = df[["big", "flag"]]',
        {"sex", "rent"},
    ),
    "arithmetic_in_place": (
        'df["rent"] /= 100\ndf["rent"] += 1\nX = df[["rent"]].to_numpy()',
        {"rent"},
    ),
    "columns_by_position": ("X = df.iloc[:, 3:4].values", {"rent"}),
    "columns_by_type": ('X = df.select_dtypes("number")[["rent"]]', {"rent"}),
    "popped_target": ('y = df.pop("price")\ndf["price"] = y\nX = df[["rent"]]', {"rent"}),
    "tables_side_by_side": (
        'town = pd.get_dummies(df["town"], prefix="t")\n'
        'X = pd.concat([df[["rent"]], town], axis=1)',
        {"town", "rent"},
    ),
    "category_codes": (
        'df["c"] = df["town"].astype("category").cat.codes\nX = df[["c", "rent"]]',
        {"town", "rent"},
    ),
    "a_frame_filled_column_by_column": (
        'X = pd.DataFrame()\nX["double"] = df["rent"] * 2\n'
        'X["dear"] = (df["rent"] > 900).astype(int)',
        {"rent"},
    ),
    "outliers_taken_out_group_by_group": (
        'df["warm"] = df["rent"] * 1.2\nkept = pd.DataFrame()\n'
        'for town, part in df.groupby("town"):\n'
        '    inner = part[part["rent"] < part["rent"].mean() + part["rent"].std()]\n'
        "    kept = pd.concat([kept, inner], ignore_index=True)\n"
        'df = kept\nX = df[["warm"]]',
        {"rent"},
    ),
    "one_class_sampled_anew_and_shuffled": (
        'few = df[df["sex"] == "f"].sample(90, replace=True, random_state=1)\n'
        'df = pd.concat([df[df["sex"] == "m"], few]).sample(frac=1, random_state=2)\n'
        'df = df.reset_index(drop=True)\nX = df[["rent"]]',
        {"rent"},
    ),
    "files_below_one_another": (
        'df.iloc[:80].to_csv("a.csv", index=False)\ndf.iloc[80:].to_csv("b.csv", index=False)\n'
        'df = pd.concat([pd.read_csv("a.csv"), pd.read_csv("b.csv")])\n'
        'df["t"] = df["town"].map({"Bonn": 0, "Kiel": 1, "Ulm": 2})\nX = df[["t", "rent"]]',
        {"town", "rent"},
    ),
    "every_column_encoded_by_itself": (
        "from sklearn.preprocessing import LabelEncoder\n"
        'df[["town", "sex"]] = df[["town", "sex"]].apply(LabelEncoder().fit_transform)\n'
        'X = df[["town", "sex", "rent"]]',
        {"town", "sex", "rent"},
    ),
    "words_of_a_text": (
        'df["year"] = df["when"].str.split("-").str.get(0).astype(int)\nX = df[["year", "rent"]]',
        {"when", "rent"},
    ),
    "a_table_joined_by_its_key": (
        'table = pd.DataFrame({"town": ["Bonn", "Kiel", "Ulm"], "level": [1.0, 1.2, 1.4]})\n'
        'df = df.merge(table, on="town", how="left")\nX = df[["level", "rent"]]',
        {"town", "rent"},
    ),
    "missing_filled_by_group": (
        'df["age"] = df.groupby(["sex", "town"])["age"].transform(lambda x: x.fillna(x.mean()))\n'
        'X = df[["age", "rent"]]',
        {"age", "sex", "town", "rent"},
    ),
    "parts_assigned_at_once": (
        'df["t"], towns = pd.factorize(df["town"])\n'
        'df["a"] = df["b"] = df["rent"] * 2\nX = df[["t", "a", "b"]]',
        {"town", "rent"},
    ),
    "a_column_inserted": (
        'df.insert(1, "double", df["rent"] * 2)\nX = df[["double"]]',
        {"rent"},
    ),
    "one_hot_frame_with_the_labels_of_the_rows": (
        "from sklearn.preprocessing import OneHotEncoder\n"
        "hot = OneHotEncoder(sparse_output=False)\n"
        'part = pd.DataFrame(hot.fit_transform(df[["town"]]), index=df.index,\n'
        "                    columns=hot.get_feature_names_out())\n"
        'X = pd.concat([df[["rent"]], part], axis=1)',
        {"town", "rent"},
    ),
    "a_file_written_and_read_again": (
        "import pickle\nfrom sklearn.preprocessing import StandardScaler\n"
        'pickle.dump(StandardScaler().fit(df[["rent"]]), open("s.pickle", "wb"))\n'
        'X = pickle.load(open("s.pickle", "rb")).transform(df[["rent"]])',
        {"rent"},
    ),
    "labels_of_a_frame_of_one_column": (
        "from sklearn.preprocessing import LabelEncoder\nle = LabelEncoder()\n"
        'for c in ["town", "sex"]:\n    df[c] = le.fit_transform(df[[c]])\n'
        'X = df[["town", "sex", "rent"]]',
        {"town", "sex", "rent"},
    ),
    "labels_with_a_missing_text_among_them": (
        "from sklearn.preprocessing import LabelEncoder\n"
        'df["hint"] = ["new", None, "old"] * 40\ndf.to_csv("hints.csv", index=False)\n'
        'df = pd.read_csv("hints.csv")\n'
        'df["hint"] = LabelEncoder().fit_transform(df["hint"])\nX = df[["hint", "rent"]]',
        {"hint", "rent"},
    ),
    "a_constant_beside_an_array": (
        'import statsmodels.api as sm\nX = sm.add_constant(df["rent"].values)',
        {"rent"},
    ),
    "a_constant_beside_a_matrix": (
        'import statsmodels.api as sm\nX = sm.add_constant(df[["rent"]].to_numpy())',
        {"rent"},
    ),
    "a_constant_that_is_there": (
        "import statsmodels.api as sm\n"
        'X = sm.add_constant(sm.add_constant(df[["rent"]].to_numpy()))',
        {"rent"},
    ),
    "factorized": (
        'codes, towns = pd.factorize(df["town"])\ndf["c"] = codes\nX = df[["c", "rent"]]',
        {"town", "rent"},
    ),
}


@pytest.mark.parametrize("form", _FORMS)
def test_conversion_of_preprocessing_answers_as_the_code(form: str, tmp_path: Path) -> None:
    code, columns = _FORMS[form]
    made = convert_cells(tmp_path, TABLE, READ, code, FIT)
    assert made.is_equal, made.interface["trial"]
    assert set(made.columns) == columns
    assert made.request_path == "python", made.interface["reasons"]


def test_conversion_of_a_join_that_is_no_look_up_stays_pandas_and_answers_equally(
    tmp_path: Path,
) -> None:
    code = (
        'table = pd.DataFrame({"town": ["Bonn", "Ulm"], "sex": ["f", "m"], "n": [1.0, 2.0]})\n'
        'df = df.merge(table, on=["town", "sex"], how="left").fillna({"n": 0})\n'
        'X = df[["n", "rent"]]'
    )
    made = convert_cells(tmp_path, TABLE, READ, code, FIT)
    assert made.is_equal, made.interface["trial"]
    assert made.request_path == "pandas"
    assert any("merge" in reason["why"] for reason in made.interface["reasons"])
