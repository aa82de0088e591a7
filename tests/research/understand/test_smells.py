"""What is said of code that would be trouble in production, and of code that would not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand.smells import Smell, find_smell_rules, find_smells
from ml_api_kit.research.understand.smells.secrets import without_secrets
from tests.research.notebooks import notebook_text, write_notebook

SPLIT = "from sklearn.model_selection import train_test_split\n"
SPLIT_X = f"{SPLIT}a, b, c, d = train_test_split(X, y, random_state=0)"
READ = "import pandas as pd\ndf = pd.read_csv('a.csv')\nX, y = df[['a']], df['b']"
TOKEN = "ghp_" + "a1B2" * 9
AWS = "AKIA" + "ABCDEFGH" * 2
GOOGLE = "AIza" + "Sy0123456" * 4


def smells_of(folder: Path, *cells: str) -> tuple[Smell, ...]:
    return find_smells(read_research_code(write_notebook(folder, *cells)))


def found(folder: Path, smell: str, *cells: str) -> list[tuple[int, int]]:
    return [(one.cell, one.line) for one in smells_of(folder, *cells) if one.id == smell]


def scaled(scaler: str, fit: str) -> tuple[str, ...]:
    return (READ, f"from sklearn.preprocessing import *\ns = {scaler}\n{fit}", SPLIT_X)


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(scaled("LabelEncoder()", "y = s.fit_transform(y)"), id="target"),
        pytest.param(
            (READ, "from sklearn.preprocessing import LabelEncoder\n"
             "y = LabelEncoder().fit_transform(y)", SPLIT_X),
            id="target without a name",
        ),
        pytest.param(
            (READ, SPLIT_X, "from sklearn.preprocessing import StandardScaler\n"
             "s = StandardScaler().fit(a)\nb = s.transform(b)"),
            id="after the split",
        ),
        pytest.param(
            (READ, "from sklearn.decomposition import PCA\ndraw(PCA(2).fit_transform(X))", SPLIT_X),
            id="only drawn",
        ),
        pytest.param(
            (READ, "from sklearn.preprocessing import Normalizer\n"
             "model.fit(X, y)", SPLIT_X),
            id="a model",
        ),
        pytest.param(
            (READ, "from sklearn.preprocessing import StandardScaler\n"
             "Z = StandardScaler().fit_transform(other)", SPLIT_X),
            id="other rows",
        ),
    ],
)  # fmt: skip
def test_fit_that_leaks_nothing(tmp_path: Path, cells: tuple[str, ...]) -> None:
    assert found(tmp_path, "fitted-before-split", *cells) == []


@pytest.mark.parametrize(
    "cells",
    [
        scaled("StandardScaler()", "X = s.fit_transform(X)"),
        scaled("StandardScaler()", "s.fit(X)\nX = s.transform(X)"),
        scaled("MinMaxScaler()", "X[['a']] = s.fit_transform(X[['a']])"),
        scaled("OneHotEncoder()", "s = s.fit(X)\nX = s.transform(X)"),
        (READ, "from sklearn.impute import SimpleImputer as I\nX = I().fit_transform(X)", SPLIT_X),
        (READ, "from sklearn.feature_selection import SelectKBest\n"
         "X = SelectKBest(k=1).fit_transform(X, y)", SPLIT_X),
        (READ, "from imblearn.over_sampling import SMOTE\n"
         "X, y = SMOTE(random_state=0).fit_resample(X, y)", SPLIT_X),
        (READ, "from sklearn.preprocessing import StandardScaler\n"
         "X = StandardScaler().fit_transform(X)", "X_train, X_test = X[:800], X[800:]"),
        (READ, "from sklearn.preprocessing import StandardScaler\ns = StandardScaler()\ns.fit(X)",
         SPLIT_X, "a = s.transform(a)"),
    ],
)  # fmt: skip
def test_fit_before_the_split(tmp_path: Path, cells: tuple[str, ...]) -> None:
    assert [cell for cell, _ in found(tmp_path, "fitted-before-split", *cells)] == [2]


def test_statistic_of_all_rows(tmp_path: Path) -> None:
    after = "a = a.fillna(a.mean())\nX.fillna(0)"
    assert found(tmp_path, "statistic-before-split", READ, SPLIT_X, after) == []
    assert found(tmp_path, "statistic-before-split", READ, "X = X.fillna(0)", SPLIT_X) == []
    before = "middle = df['a'].median()\nX = X.fillna(middle)"
    assert found(tmp_path, "statistic-before-split", READ, before, SPLIT_X) == [(2, 2)]


@pytest.mark.parametrize(
    "source",
    [
        "from sklearn.cluster import KMeans\nKMeans(3, random_state=0)",
        "import numpy as np\nfrom sklearn.cluster import KMeans\nnp.random.seed(1)\nKMeans(3)",
        f"{SPLIT}train_test_split(X, shuffle=False)",
        "from sklearn.model_selection import KFold\nKFold(5)",
        "from sklearn.cluster import KMeans\nKMeans(**options)",
        "import numpy as np\nrng = np.random.default_rng(3)\nrng.normal()",
        "import random\nrandom.seed(3)\nrandom.random()",
        "import numpy as np\ndef draw():\n    return np.random.rand()\nnp.random.seed(0)\ndraw()",
        "part = df.sample(5, random_state=1)",
        "df.sample(5)",
        "reader.train_test_split(paths)",
        "from sklearn.linear_model import LinearRegression\nLinearRegression()",
    ],
)
def test_choice_that_is_pinned(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, "unpinned-seed", source) == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("from sklearn.cluster import KMeans as K\nK(3)", [2]),
        ("from sklearn.cluster import KMeans\nKMeans(3, random_state=None)", [2]),
        # What Python's own generator is seeded with tells numpy's nothing.
        ("import random\nrandom.seed(1)\nfrom sklearn.cluster import KMeans\nKMeans(3)", [4]),
        (
            "import numpy as np\nfrom sklearn.cluster import KMeans\nKMeans(3)\n"
            "np.random.seed(1)\nKMeans(4)",
            [3],
        ),
        (f"{SPLIT}train_test_split(X, random_state=1)\ntrain_test_split(X)", [3]),
        ("from sklearn.model_selection import KFold\nKFold(5, shuffle=True)", [2]),
        ("import numpy as np\nnp.random.rand(3)\nnp.random.default_rng()", [2, 3]),
        ("df = df.sample(frac=1)", [1]),
        ("import random\nimport numpy as np\nnp.random.seed(1)\nrandom.random()", [4]),
    ],
)
def test_choice_that_differs_at_every_run(tmp_path: Path, source: str, lines: list[int]) -> None:
    assert [line for _, line in found(tmp_path, "unpinned-seed", source)] == lines


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


def test_variable_that_is_used(tmp_path: Path) -> None:
    cells = (
        "a = 1\nb = a\nprint(b)",
        "import matplotlib.pyplot as plt\nfig = plt.figure()\nhistory = model.fit(X, y)",
        "_ = df.plot()\nanswers = model.predict(X)",
        "total = 0\nfor one in rows:\n    total += one\nprint(total)",
        "rate = 3\ndef tax(x):\n    return x * rate\nprint(tax(1))",
        "result = 3",
    )
    assert found(tmp_path, "unused-variable", *cells) == []
    assert found(tmp_path, "unused-cell", *cells) == []


def test_variable_that_nothing_reads(tmp_path: Path) -> None:
    cells = ("a = 1\nb = 2\nprint(b)", "b = 3\nprint(1)\nb = 4", "print(b)")
    smells = [one for one in smells_of(tmp_path, *cells) if one.id == "unused-variable"]
    assert [(one.cell, one.line) for one in smells] == [(1, 1), (2, 1)]
    assert smells[0].what == "`a` is read nowhere"
    assert smells[1].what == "`b` gets a value that nothing reads"


def test_cell_that_makes_nothing_of_use(tmp_path: Path) -> None:
    cells = ("a = 1\nb = a + 1", "# model.fit(X, y)\n# print(3)", "# Only words here.", "print(1)")
    assert found(tmp_path, "unused-cell", *cells) == [(1, 1), (2, 1)]
    assert found(tmp_path, "unused-variable", *cells) == []


@pytest.mark.parametrize(
    "source",
    [
        "df.loc[df['a'] > 1, 'b'] = 0",
        "df['b'] = df['a']",
        "table = {'a': {}}\ntable['a']['b'] = 1",
        "df.columns.values[0] = 'x'",
        "df.dropna(inplace=True)",
        "part = df[df['a'] > 1].copy()\npart['b'] = 0\nprint(df)",
        "df = df[df['a'] > 1]\ndf['b'] = 0",
    ],
)
def test_store_that_reaches_its_table(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, "chained-assignment", READ, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "df[df['a'] > 1]['b'] = 0",
        "df['b'][df['a'] > 1] = 0",
        "df.b[0] = 1",
        "df['b'].loc[0] = 1",
        "df.loc[0]['b'] = 1",
        "df['b'].fillna(0, inplace=True)",
        "df.b.replace({1: 2}, inplace=True)",
    ],
)
def test_store_into_a_copy(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, "chained-assignment", READ, source) == [(2, 1)]


def test_store_into_rows_that_were_taken_out(tmp_path: Path) -> None:
    cells = (READ, "part = df[df['a'] > 1]\npart.loc[:, 'b'] = 0\nprint(df)")
    assert found(tmp_path, "chained-assignment", *cells) == [(2, 2)]


def test_read_before_defined(tmp_path: Path) -> None:
    fine = ("def f():\n    return late", "late = 1\nf()\nprint([x for x in [late]])")
    assert found(tmp_path, "read-before-defined", *fine) == []
    smells = smells_of(tmp_path, "print(late)", "late = 1", "print(nowhere)\nprint(nowhere)")
    assert [one.what for one in smells if one.id == "read-before-defined"] == [
        "`late` is read before it is defined",
        "`nowhere` is defined nowhere",
    ]


def test_names_may_come_from_elsewhere(tmp_path: Path) -> None:
    assert found(tmp_path, "read-before-defined", "from lib import *\nprint(theirs)") == []
    assert found(tmp_path, "read-before-defined", "%store -r theirs\nprint(theirs)") == []


@pytest.mark.parametrize(
    ("counts", "places"),
    [
        ([1, 2, 3], []),
        ([7, 8, 9], []),
        ([None, None, None], []),
        ([1, 9, 3], [(2, 1)]),
        ([1, 2, 5], [(3, 1)]),
    ],
)
def test_run_out_of_order(
    tmp_path: Path, counts: list[int | None], places: list[tuple[int, int]]
) -> None:
    document = json.loads(notebook_text("print(1)", "print(2)", "print(3)"))
    for cell, count in zip(document["cells"], counts, strict=True):
        cell["execution_count"] = count
    path = tmp_path / "counted.ipynb"
    path.write_text(json.dumps(document), encoding="utf-8")
    smells = [one for one in find_smells(read_research_code(path)) if "order" in one.id]
    assert [(one.cell, one.line) for one in smells] == places


FIT = "from sklearn.linear_model import LinearRegression\nmodel = LinearRegression()\n"


@pytest.mark.parametrize(
    "cells",
    [
        (READ, SPLIT_X, f"{FIT}model.fit(a, c)\nmodel.score(b, d)"),
        (READ, SPLIT_X, f"{FIT}model.fit(a, c)\nmodel.score(a, c)\nmodel.score(b, d)"),
        (READ, f"from sklearn.model_selection import cross_val_score\n{FIT}model.fit(X, y)\n"
         "model.score(X, y)\ncross_val_score(model, X, y)"),
        (READ, f"{FIT}model.fit(X, y)\nmodel.predict([[1]])"),
        (READ, SPLIT_X, f"{FIT}for n in (1, 2):\n    model.fit(a, c)\n    p = model.predict(b)\n"
         "    model.score(a, c)\n    compare(p, d)"),
    ],
)  # fmt: skip
def test_model_measured_on_new_rows(tmp_path: Path, cells: tuple[str, ...]) -> None:
    assert found(tmp_path, "scored-on-training", *cells) == []


@pytest.mark.parametrize(
    "measured",
    [
        "model.score(X, y)",
        "from sklearn.metrics import r2_score\nr2_score(y, model.predict(X))",
        "from sklearn.metrics import r2_score\np = model.predict(X)\nprint(r2_score(y, p))",
    ],
)
def test_model_measured_on_its_training_rows(tmp_path: Path, measured: str) -> None:
    cells = (READ, f"{FIT}model.fit(X, y)", measured)
    assert [cell for cell, _ in found(tmp_path, "scored-on-training", *cells)] == [3]


def test_fit_to_all_rows_for_production_is_fine(tmp_path: Path) -> None:
    last = "model.fit(X, y)\nsave(model)"
    cells = (READ, SPLIT_X, f"{FIT}model.fit(a, c)\nmodel.score(b, d)", last)
    assert found(tmp_path, "test-in-training", *cells) == []


@pytest.mark.parametrize(
    "last",
    [
        "model.fit(b, d)",
        "from sklearn.preprocessing import StandardScaler\nStandardScaler().fit_transform(b)",
        "model.fit(X, y)\nmodel.score(b, d)",
    ],
)
def test_fit_to_test_rows(tmp_path: Path, last: str) -> None:
    cells = (READ, SPLIT_X, FIT, last)
    assert [cell for cell, _ in found(tmp_path, "test-in-training", *cells)] == [4]


@pytest.mark.parametrize(
    "features",
    [
        "X = df.drop(columns='b')",
        "X = df.drop(['b'], axis=1)",
        "X = df[['a', 'c']]",
        "X = df.drop(columns=unwanted)",
        "X = df.iloc[:, :-1]",
        "del df['b']\nX = df",
        "df.drop('b', axis=1, inplace=True)\nX = df",
        "X = df.copy()\nX.pop('b')",
        "df = df.drop('b', axis=1)\nX = df",
    ],
)
def test_features_without_the_target(tmp_path: Path, features: str) -> None:
    cells = ("import pandas as pd\ndf = pd.read_csv('a.csv')\ny = df['b']", features, SPLIT_X)
    assert found(tmp_path, "target-in-features", *cells) == []


@pytest.mark.parametrize(
    "features",
    [
        "X = df",
        "X = df[['a', 'b']]",
        "X = df.drop(columns=['c'])",
        "X = df.copy()",
        "X = df.values",
    ],
)
def test_features_with_the_target(tmp_path: Path, features: str) -> None:
    cells = ("import pandas as pd\ndf = pd.read_csv('a.csv')\ny = df['b']", features, SPLIT_X)
    assert found(tmp_path, "target-in-features", *cells) == [(3, 2)]


def test_every_rule_says_why_and_what_to_do() -> None:
    rules = find_smell_rules()
    assert len(rules) >= 13
    for rule in rules:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+|secret", rule.id)
        assert rule.summary.endswith(".")
        assert rule.why.endswith(".")
        assert rule.advice.endswith(".")


PAGE = Path(__file__).parents[3] / "docs" / "understand.md"


def documented() -> dict[str, list[str]]:
    """For each smell that the documentation describes, the examples of its section."""
    sections = re.split(r"^### ([a-z-]+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        name: re.findall(r"```python3\n(.*?)```", text, re.DOTALL)
        for name, text in zip(sections[1::2], sections[2::2], strict=True)
    }


def test_every_smell_is_documented() -> None:
    assert list(documented()) == [rule.id for rule in find_smell_rules()]


@pytest.mark.parametrize("smell", sorted({*documented()} - {"run-out-of-order"}))
def test_documented_example_smells_and_its_remedy_does_not(tmp_path: Path, smell: str) -> None:
    before, after = documented()[smell]
    ids = []
    for number, source in enumerate((before, after)):
        path = tmp_path / f"example_{number}.py"
        path.write_text(source, encoding="utf-8")
        ids.append({one.id for one in find_smells(read_research_code(path))})
    assert ids == [{smell}, set()]
