"""What statements are for by what they call, by what variables hold, and by use."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_api_kit.research.source.reading import read_research_code
from ml_api_kit.research.understand import Understood, categorize, categorize_snippet
from tests.research.notebooks import write_notebook


@pytest.mark.parametrize(
    ("source", "category"),
    [
        ("import pandas as pd", "support"),
        ("pd.set_option('display.width', 100)", "support"),
        ("SEED = 3", "support"),
        ("WIDTH = 2 * 8", "support"),
        ("import matplotlib as mpl\nmpl.rcParams['axes.grid'] = True", "support"),
        ("import os\nos.environ['A'] = '1'", "support"),
        ("import os\nprint(os.listdir('data'))", "support"),
        ("import sklearn\nsklearn.__version__", "support"),
        ("df = pd.read_csv('a.csv')", "preparation"),
        ("df = pd.read_csv('a.csv').fillna(0)", "preparation"),
        ("df.columns = ['a', 'b']", "preparation"),
        ("df = df.rename(columns={'a': 'b'})", "preparation"),
        ("df.rename(columns={'a': 'b'}, inplace=True)", "preparation"),
        ("import sqlite3\nconnection = sqlite3.connect('a.db')", "preparation"),
        ("client = bigquery.Client()\ndf = client.query(q).to_dataframe()", "preparation"),
        ("rows = spark.read.csv('a.csv', header=True)", "preparation"),
        ("table = BigQueryAccessor().query_frame('SELECT 1')", "preparation"),
        ("GoogleCloudStorageAccessor().upload_csv_gzip('b', 'a.gz', rows)", "export"),
        ("with open('a.txt') as file:\n    lines = file.readlines()", "preparation"),
        ("df['a'] = df['b'] * 2", "preprocessing"),
        ("df.dropna(inplace=True)", "preprocessing"),
        ("X = StandardScaler().fit_transform(X)", "preprocessing"),
        ("a, b, c, d = train_test_split(X, y)", "preprocessing"),
        ("le = LabelEncoder()\nle.fit(df.a)\ndf['a'] = le.transform(df.a)", "preprocessing"),
        ("import statsmodels.api as sm\nX = sm.add_constant(X)", "preprocessing"),
        ("select = RFE(RandomForestClassifier())", "preprocessing"),
        ("class A(BaseEstimator, TransformerMixin):\n    pass", "preprocessing"),
        ("class A:\n    def fit(self, X): ...\n    def transform(self, X): ...", "preprocessing"),
        ("tokenizer = Tokenizer()\ntokenizer.fit_on_texts(texts)", "preprocessing"),
        ("from keras.preprocessing import image\nx = image.img_to_array(x)", "preprocessing"),
        ("from sklearn import svm as s\nm = s.SVC()", "ml"),
        ("model.fit(X, y)", "ml"),
        ("print(accuracy_score(y, p))", "ml"),
        ("params = {'C': [1, 2]}", "ml"),
        ("model.save('m.h5')", "ml"),
        ("class A:\n    def fit(self, X, y): ...\n    def predict(self, X): ...", "ml"),
        ("import torch.nn as nn\nclass Net(nn.Module):\n    pass", "ml"),
        ("df.head()", "exploration"),
        ("df.shape", "exploration"),
        ("sns.heatmap(df.corr())", "exploration"),
        ("sns.heatmap(confusion_matrix(y, p))", "exploration"),
        ("counts = df.a.value_counts()\ncounts.plot.bar()", "exploration"),
        ("df[df.a > 3]", "exploration"),
        ("p = model.predict(X)\nplt.scatter(y, p)\nplt.show()", "exploration"),
        ("model.fit(X, y)\np = model.predict(X)\nplt.scatter(y, p)\nplt.show()", "ml"),
        ("df.to_csv('out.csv')", "export"),
        ("joblib.dump(model, 'm.joblib')", "export"),
        ("file = open('m.pkl', 'wb')", "export"),
    ],
)
def test_category_by_the_rules(source: str, category: str) -> None:
    assert categorize_snippet(source, by_rules=True) == category


def test_a_sum_of_a_thousand_terms_is_judged() -> None:
    assert categorize_snippet("x = " + " + ".join(["a"] * 1000)) == "preprocessing"


def judged(folder: Path, *cells: str) -> list[Understood]:
    return list(categorize(read_research_code(write_notebook(folder, *cells))))


def test_fit_is_for_what_the_variable_holds(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        "from sklearn.preprocessing import StandardScaler\nfrom sklearn.svm import SVC",
        "a = StandardScaler()\nb = SVC()",
        "a.fit(X)",
        "b.fit(X, y)",
        "c = make_pipeline(a, b)\nc.fit(X, y)",
        "d = make_pipeline(StandardScaler(), PCA())\nd.fit(X)",
    )
    assert [one.category for one in found[2:]] == [
        *("preprocessing", "ml", "preprocessing", "ml"),
        *("ml", "ml", "preprocessing", "preprocessing"),
    ]


def test_an_object_of_an_unknown_class_is_what_is_asked_of_it(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        "import unknown\na = unknown.Thing(3)\nb = unknown.Other()\nc = unknown.Last()",
        "b.fit(X)\nX = b.transform(X)\na.fit(X, y)\np = a.predict(X)",
    )
    assert [one.category for one in found[1:]] == [
        *("ml", "preprocessing", "preprocessing"),
        *("preprocessing", "preprocessing", "ml", "ml"),
    ]


def test_own_classes_and_functions_give_what_they_return(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        "import torch.nn as nn\nclass Net(nn.Module):\n    pass",
        "def errors(p):\n    return {'rmse': mean_squared_error(y, p)}",
        "net = Net().to('cpu')\nnet.eval()\nout = net(X)",
        "found = errors(out)\nfound",
    )
    assert [one.category for one in found] == ["support", "ml", "support", *["ml"] * 5]


def test_the_history_of_a_fit_is_taken_out_to_be_drawn(tmp_path: Path) -> None:
    cell = "loss = history.history['loss']\nepochs = range(len(loss))\nplt.plot(epochs, loss)"
    found = judged(tmp_path, "history = model.fit(X, y)", cell)
    assert [one.category for one in found] == ["ml", *["exploration"] * 3]


def test_what_is_written_in_the_code_is_a_constant(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        "from pathlib import Path\nDATA = Path('data').resolve()\nCSV = DATA / 'a.csv'",
        "ks = list(range(1, 9))\nhalves = [k / 2 for k in ks]",
    )
    assert {one.category for one in found} == {"support"}


def test_a_plot_of_scores_is_exploration(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        "fpr, tpr, _ = roc_curve(y, p)",
        "table = pd.DataFrame({'fpr': fpr, 'tpr': tpr})\nax = table.plot(x='fpr', y='tpr')",
        "model.plot_importance()",
    )
    assert [one.category for one in found] == ["ml", "ml", "exploration", "exploration"]


def test_a_score_that_is_shown_later_belongs_to_the_model(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        "r2 = model.score(X, y)\nscores = []\nscores.append(r2)",
        "print('R squared', r2)",
        "table = pd.DataFrame(scores)\ntable",
        "plt.plot(scores)",
    )
    assert [one.category for one in found] == ["ml", "support", *["ml"] * 4, "exploration"]


def test_what_is_learned_in_a_loop_is_known_after_it(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        "from sklearn.svm import SVC\nmodels = {'svc': SVC()}",
        "for name, model in models.items():\n    model.fit(X, y)\n    print(name)",
    )
    assert found[-1].category == "ml"
    assert found[-1].reason == "in a block: fits a model: model.fit"


def test_a_call_of_an_own_function_is_for_what_it_does(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        "def look(df):\n    ax = plt.subplot(1, 2, 1)\n    sns.histplot(df.a, ax=ax)",
        "def clean(df):\n    df = df.dropna()\n    return df",
        "look(df)",
        "df = clean(df)",
    )
    assert [one.category for one in found] == [
        *("support", "support", "exploration", "preprocessing")
    ]
    assert found[2].reason.startswith("calls look, which ")


def test_what_is_made_to_be_drawn_in_the_same_cell_is_exploration(tmp_path: Path) -> None:
    mask = "mask = np.zeros_like(df)\nmask[np.triu_indices(3)] = True\nsns.heatmap(df, mask=mask)"
    assert {one.category for one in judged(tmp_path, mask)} == {"exploration"}


def test_what_is_narrowed_down_to_be_drawn_is_exploration(tmp_path: Path) -> None:
    gaps = "gaps = df.isnull().sum()\ngaps = gaps[gaps > 0]\ngaps.plot.bar()"
    assert {one.category for one in judged(tmp_path, gaps)} == {"exploration"}


def test_a_copy_of_another_cell_is_changed_and_not_only_looked_at(tmp_path: Path) -> None:
    found = judged(tmp_path, "tmp = df.copy()", "tmp = tmp.dropna()\ntmp.plot()")
    assert [one.category for one in found] == ["preprocessing", "preprocessing", "exploration"]


def test_what_a_model_answers_into_a_submission_is_ml(tmp_path: Path) -> None:
    found = judged(tmp_path, "submission['y'] = model.predict(X)\nsubmission['id'] = df.id")
    assert [one.category for one in found] == ["ml", "export"]


def test_what_is_made_in_a_cell_of_its_own_is_preprocessing(tmp_path: Path) -> None:
    found = judged(tmp_path, "old = df[df.age > 60]", "old.plot()")
    assert [one.category for one in found] == ["preprocessing", "exploration"]


def test_what_the_notebook_ends_in_is_no_mere_look(tmp_path: Path) -> None:
    cell = "table = pd.DataFrame(found)\ntable['a'] = other\ntable.head()"
    ended = judged(tmp_path, "import a", cell)
    assert [one.category for one in ended[1:]] == ["preprocessing", "preprocessing", "exploration"]
    followed = judged(tmp_path, cell, "print('done')")
    assert {one.category for one in followed} == {"exploration"}


def test_what_feeds_the_model_is_no_exploration(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        "counts = df.city.value_counts()",
        "counts.plot()",
        "df['city_count'] = df.city.map(counts)",
        "model.fit(df, y)",
    )
    assert [one.category for one in found] == [
        *("preprocessing", "exploration", "preprocessing", "ml")
    ]


def test_what_feeds_production_through_a_summary_is_no_exploration(tmp_path: Path) -> None:
    found = judged(
        tmp_path,
        "old = df.copy()\nold['a'] = old.b * 2\ncounts = old.a.value_counts()\ncounts",
        "df['c'] = df.a.map(counts)\nmodel.fit(df, y)",
    )
    assert [one.category for one in found] == [
        *["preprocessing"] * 3,
        *("exploration", "preprocessing", "ml"),
    ]


def test_a_change_of_the_table_is_never_only_looked_at(tmp_path: Path) -> None:
    found = judged(tmp_path, "df = pd.read_csv('a.csv')", "df['b'] = df.a * 2\ndf.plot()")
    assert found[1].category == "preprocessing"


def test_settings_that_only_tune_a_model_belong_to_it(tmp_path: Path) -> None:
    found = judged(tmp_path, "depths = [3, 5]\nother = [1]", "grid = {'max_depth': depths}")
    assert [one.category for one in found] == ["ml", "support", "ml"]
