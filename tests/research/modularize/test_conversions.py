"""Research code of every common form, converted whole: its rows get the answers that it gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_api_kit.errors import ConversionError
from tests.research.notebooks import Conversion, convert_cells

_TABLE = """
import numpy as np
import pandas as pd
rng = np.random.default_rng(5)
df = pd.DataFrame({
    "age": rng.integers(18, 80, 120).astype(float),
    "town": rng.choice(["Bonn", "Kiel", "Ulm"], 120),
    "sex": rng.choice(["f", "m"], 120),
    "rent": rng.normal(900, 200, 120).round(2),
    "when": pd.date_range("2024-01-01", periods=120).astype(str),
})
df.loc[3:9, "age"] = np.nan
df["price"] = (df["age"].fillna(40) * 3 + df["rent"]).round(1)
df.to_csv("homes.csv", index=False)
"""
_READ = 'import numpy as np\nimport pandas as pd\ndf = pd.read_csv("homes.csv")'
_FIT = """
from sklearn.linear_model import LinearRegression
model = LinearRegression()
model.fit(X, df["price"])
model.predict(X)
"""

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
    "a_column_filled_cell_by_cell": (
        'df["band"] = 0\nfor i in range(len(df)):\n    if df.at[i, "rent"] > 900:\n'
        '        df.at[i, "band"] = 2\n    elif df["sex"][i] == "f":\n'
        '        df.loc[i, "band"] = 1\nX = df[["band", "rent"]]',
        {"sex", "rent"},
    ),
    "columns_filled_row_by_row": (
        'df["size"], df["note"] = 0.0, ""\nfor i, row in df.iterrows():\n'
        '    letters = len(row["town"])\n    df.at[i, "size"] = letters * row["rent"]\n'
        '    df.at[i, "note"] = row["sex"] + row["town"]\n'
        'df["note"] = df["note"].str.len()\nX = df[["size", "note"]]',
        {"town", "sex", "rent"},
    ),
    "a_list_of_the_rows": (
        'bands = []\nfor town, rent in zip(df["town"], df["rent"]):\n'
        '    if town == "Kiel" and rent > 800:\n        bands.append("high")\n'
        '    else:\n        bands.append("low")\n'
        'df["band"] = bands\ndf["band"] = df["band"].map({"low": 0, "high": 1})\n'
        'X = df[["band", "rent"]]',
        {"town", "rent"},
    ),
    "factorized": (
        'codes, towns = pd.factorize(df["town"])\ndf["c"] = codes\nX = df[["c", "rent"]]',
        {"town", "rent"},
    ),
}


@pytest.mark.parametrize("form", _FORMS)
def test_conversion_of_preprocessing_answers_as_the_code(form: str, tmp_path: Path) -> None:
    code, columns = _FORMS[form]
    made = convert_cells(tmp_path, _TABLE, _READ, code, _FIT)
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
    made = convert_cells(tmp_path, _TABLE, _READ, code, _FIT)
    assert made.is_equal, made.interface["trial"]
    assert made.request_path == "pandas"
    assert any("merge" in reason["why"] for reason in made.interface["reasons"])


_CLASSIFIED = """
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.model_selection import train_test_split
dear = df["price"] > df["price"].median()
prepare = ColumnTransformer(
    [("n", SimpleImputer(), ["age", "rent"]), ("c", OneHotEncoder(), ["town"])]
)
pipe = make_pipeline(prepare, LogisticRegression(max_iter=2000))
train, test, y, y_test = train_test_split(df, dear, random_state=0)
pipe.fit(train, y)
pipe.predict_proba(test)
"""


def test_conversion_of_a_pipeline_answers_probabilities(tmp_path: Path) -> None:
    made = convert_cells(tmp_path, _TABLE, _READ, _CLASSIFIED)
    assert made.is_equal, made.interface["trial"]
    names = [column["name"] for column in made.interface["answers"]]
    assert names[1:] == ["probability_False", "probability_True"]
    assert made.interface["trial"]["rows"] == 120


def test_column_of_texts_takes_any_where_its_encoder_was_told_to(tmp_path: Path) -> None:
    strict = convert_cells(tmp_path / "strict", _TABLE, _READ, _CLASSIFIED)
    told = _CLASSIFIED.replace("OneHotEncoder()", 'OneHotEncoder(handle_unknown="ignore")')
    taking = convert_cells(tmp_path / "taking", _TABLE, _READ, told)
    assert _texts_of(strict, "town") == ["Bonn", "Kiel", "Ulm"]
    assert _texts_of(taking, "town") is None
    assert _texts_of(taking, "sex") == ["f", "m"]


def _texts_of(made: Conversion, column: str) -> list[str] | None:
    columns = {one["name"]: one for one in made.interface["columns"]}
    texts: list[str] | None = columns[column]["enum"]
    return texts


_OWN = """
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

SMALL = 1e-9

def ratio(one, other):
    return one / (other + SMALL)

class AddRatio(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        self.mean_ = ratio(X[:, 0], X[:, 1]).mean()
        return self

    def transform(self, X):
        return np.c_[X, ratio(X[:, 0], X[:, 1]) - self.mean_]

root = FunctionTransformer(lambda values: np.sqrt(np.abs(values)))
model = make_pipeline(root, AddRatio(), Ridge())
X = df[["rent", "price"]].to_numpy()
model.fit(X, df["price"])
model.predict(X)
"""


def test_conversion_brings_the_own_classes_that_an_estimator_is_made_of(tmp_path: Path) -> None:
    made = convert_cells(tmp_path, _TABLE, _READ, _OWN)
    assert made.is_equal, made.interface["trial"]
    source = (made.work / "package" / "estimators.py").read_text("utf-8")
    order = [source.index(one) for one in ("SMALL = 1e-09", "def ratio", "class AddRatio")]
    assert order == sorted(order)
    assert "lambda values" in source
    assert "Ridge" not in source


def test_conversion_refuses_an_estimator_that_reads_what_cannot_be_brought(tmp_path: Path) -> None:
    code = _OWN.replace("SMALL = 1e-9", "SMALL = df").replace("SMALL)", "len(SMALL))")
    with pytest.raises(ConversionError, match="ratio reads the variable SMALL, a DataFrame"):
        convert_cells(tmp_path, _TABLE, _READ, code)


def test_conversion_of_a_loop_over_texts_makes_a_function_of_one(tmp_path: Path) -> None:
    code = """
import re
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
STOP = {"the", "a"}
mail = pd.DataFrame({"text": ["Win the money!", "see you", "money now", "a lunch today"] * 5,
                     "spam": [1, 0, 1, 0] * 5})
corpus = []
for i in range(len(mail)):
    words = re.sub("[^a-z]", " ", mail["text"][i].lower()).split()
    corpus.append(" ".join(word for word in words if word not in STOP))
vectorizer = TfidfVectorizer()
X = vectorizer.fit_transform(corpus).toarray()
model = LogisticRegression().fit(X, mail["spam"])
model.predict(X)
"""
    made = convert_cells(tmp_path, code)
    assert made.is_equal, made.interface["trial"]
    assert made.columns == ["text"]
    assert "def corpus_element(element)" in made.preprocessing


def test_conversion_of_a_model_of_several_outputs_names_each(tmp_path: Path) -> None:
    code = (
        "from sklearn.linear_model import LinearRegression\n"
        'model = LinearRegression().fit(df[["rent"]], df[["price", "rent"]])'
    )
    made = convert_cells(tmp_path, _TABLE, _READ, code)
    assert made.is_equal, made.interface["trial"]
    assert [one["name"] for one in made.interface["answers"]] == ["price", "rent"]


def test_conversion_of_a_model_of_its_own_class(tmp_path: Path) -> None:
    code = """
class Line:
    def fit(self, X, y):
        self.slope = float((X[:, 0] * y).sum() / (X[:, 0] ** 2).sum())
        return self

    def predict(self, X):
        return X[:, 0] * self.slope

X = df[["rent"]].to_numpy()
model = Line()
model.fit(X, df["price"].to_numpy())
model.predict(X)
"""
    made = convert_cells(tmp_path, _TABLE, _READ, code)
    assert made.is_equal, made.interface["trial"]
    assert made.interface["model"]["class"] == "Line"


def test_conversion_says_where_the_code_left_rows_out(tmp_path: Path) -> None:
    code = (
        'df = df[df["rent"] > 700]\ndf = df.drop_duplicates(subset=["rent"])\n'
        "train = df.sample(frac=0.5, random_state=0)\n"
        'X = df[["rent"]]'
    )
    made = convert_cells(tmp_path, _TABLE, _READ, code, _FIT)
    filters = made.interface["filters"]
    assert [(one["cell"], one["line"]) for one in filters] == [(3, 1)]
    assert filters[0]["text"] == 'df = df[df["rent"] > 700]'
    assert filters[0]["rows"] == 120 > filters[0]["kept"] > 90


@pytest.mark.parametrize(
    "statement",
    [
        'df["rent"] = df["rent"].fillna(0)',
        'df["rent"] = df["rent"].astype(float)',
        'df["rent"] = df["rent"].clip(0, 10000)',
        'df["rent"] = df["rent"].fillna(df["rent"].mean())\n'
        'df["rent"] = df["rent"].fillna(df["rent"].mean())',
    ],
)
def test_statement_that_changes_nothing_here_asks_for_no_other_column(
    statement: str, tmp_path: Path
) -> None:
    made = convert_cells(tmp_path, _TABLE, _READ, statement, 'X = df[["rent"]]', _FIT)
    assert made.is_equal
    assert made.columns == ["rent"]


def test_batch_of_missing_texts_is_answered_in_plain_python(tmp_path: Path) -> None:
    code = (
        'df["code"] = ["1/2", None, "3/4"] * 40\ndf.to_csv("codes.csv", index=False)\n'
        'df = pd.read_csv("codes.csv")\n'
        'df["first"] = df["code"].str.split("/").str[0].astype(float)\n'
        'df["first"] = df["first"].fillna(df["first"].mean())\nX = df[["first"]]'
    )
    made = convert_cells(tmp_path, _TABLE, _READ, code, _FIT)
    assert made.is_equal, made.interface["trial"]
    assert made.request_path == "python"


def test_learned_value_of_a_column_with_a_raised_2_has_a_name(tmp_path: Path) -> None:
    code = (
        'df = df.rename(columns={"age": "Area (m²)"})\n'
        'df["Area (m²)"] = df["Area (m²)"].fillna(df["Area (m²)"].mean())\nX = df[["Area (m²)"]]'
    )
    made = convert_cells(tmp_path, _TABLE, _READ, code, _FIT)
    assert made.is_equal
    assert "area_m2_mean" in made.preprocessing


@pytest.mark.parametrize(
    "store", ['df.loc[5, "rent"] = 1.0', "df.iloc[5, 3] = 1.0", 'df.at[5, "rent"] = 1.0']
)
def test_conversion_leaves_out_a_row_whose_cell_the_code_corrected(
    store: str, tmp_path: Path
) -> None:
    made = convert_cells(tmp_path, _TABLE, _READ, store, 'X = df[["rent"]]', _FIT)
    assert made.is_equal, made.interface["trial"]
    assert made.request_path == "python"
    assert made.interface["trial"]["rows"] == 119
    corrected = {"cell": 3, "line": 1, "text": store, "row": 5}
    assert made.interface["corrections"] == [corrected]


def test_conversion_makes_a_name_of_the_noun_that_is_wished(tmp_path: Path) -> None:
    made = convert_cells(tmp_path, _TABLE, _READ, 'X = df[["rent"]]', _FIT, noun="a Price/m")
    assert made.interface["name"] == "a_price_m"
    assert made.interface["noun"] == "a_price_ms"


def test_conversion_of_arrays_follows_shuffles_and_splits(tmp_path: Path) -> None:
    code = """
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
X, y = load_wine(return_X_y=True)
X = X[:, [0, 6, 9]]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=3)
scaler = StandardScaler().fit(X_train)
knn = KNeighborsClassifier().fit(scaler.transform(X_train), y_train)
knn.predict(scaler.transform(X_test))
"""
    made = convert_cells(tmp_path, code)
    assert made.is_equal, made.interface["trial"]
    assert made.interface["trial"]["rows"] == 178


def test_conversion_of_texts(tmp_path: Path) -> None:
    code = """
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB
mail = pd.DataFrame({"text": ["win money", "see you", "money now", "lunch today"] * 5,
                     "spam": [1, 0, 1, 0] * 5})
words = CountVectorizer()
counts = words.fit_transform(mail["text"])
nb = MultinomialNB().fit(counts, mail["spam"])
nb.predict(words.transform(mail["text"]))
"""
    made = convert_cells(tmp_path, code)
    assert made.is_equal, made.interface["trial"]
    assert made.columns == ["text"]
    assert made.request_path == "python"


def test_conversion_of_a_model_chosen_by_its_variable(tmp_path: Path) -> None:
    code = 'X = df[["rent"]]\n' + _FIT + "from sklearn.tree import DecisionTreeRegressor\n"
    code += 'tree = DecisionTreeRegressor(random_state=0).fit(X, df["age"].fillna(0))\n'
    made = convert_cells(tmp_path, _TABLE, _READ, code, model="model")
    assert made.interface["model"]["class"].endswith("LinearRegression")
    assert made.interface["noun"] == "prices"
    assert [one["variable"] for one in made.interface["models"]] == ["model", "tree"]


def test_conversion_of_a_table_computed_by_rows_needs_no_model(tmp_path: Path) -> None:
    code = 'score = df[["rent"]].copy()\nscore["share"] = score["rent"] / score["rent"].max()'
    made = convert_cells(tmp_path, _TABLE, _READ, code)
    assert made.is_equal, made.interface["trial"]
    assert made.interface["model"] is None
    assert made.interface["has_row_path"]


def test_conversion_without_a_row_path_serves_what_was_computed(tmp_path: Path) -> None:
    code = 'by_town = df.groupby("town")["rent"].mean()'
    made = convert_cells(tmp_path, _TABLE, _READ, code)
    assert made.request_path == "batch"
    assert made.interface["noun"] == "by_towns"
    assert made.interface["trial"]["rows"] == 3


def test_statements_that_the_model_needs_are_not_exploration(tmp_path: Path) -> None:
    made = convert_cells(tmp_path, _TABLE, _READ, 'df.head()\nX = df[["rent"]]', _FIT)
    by_source = {one["source"]: one["category"] for one in made.interface["statements"]}
    assert by_source["df.head()"] == "exploration"
    assert by_source['X = df[["rent"]]'] == "preprocessing"
    assert by_source['model.fit(X, df["price"])'] == "ml"


def test_linear_model_of_statsmodels_that_was_fitted_to_an_array_needs_no_pandas(
    tmp_path: Path,
) -> None:
    code = (
        'import statsmodels.api as sm\nX = sm.add_constant(df[["rent"]].to_numpy())\n'
        'model = sm.OLS(df["price"].to_numpy(), X).fit()\nmodel.predict(X)'
    )
    made = convert_cells(tmp_path, _TABLE, _READ, code)
    assert made.is_equal, made.interface["trial"]
    assert made.request_path == "python"
    learned = (made.work / "artifacts" / "estimator.pickle").read_bytes()
    assert b"statsmodels" not in learned
    assert b"pandas" not in learned


def test_column_that_a_loop_fills_from_other_rows_is_refused_with_its_line(tmp_path: Path) -> None:
    code = (
        'df["total"] = 0.0\ntotal = 0.0\nfor i in range(len(df)):\n'
        '    total = total + df.at[i, "rent"]\n    df.at[i, "total"] = total\n'
        'X = df[["total"]]'
    )
    made = convert_cells(tmp_path, _TABLE, _READ, code, _FIT)
    assert not made.interface["has_row_path"]
    whys = [reason["why"] for reason in made.interface["reasons"]]
    assert any("Line 3 of its cell fills a column row by row" in why for why in whys)
