"""Research code on texts, converted whole."""

from __future__ import annotations

from pathlib import Path

from tests.research.modularize.homes import FIT, READ, TABLE
from tests.research.notebooks import convert_cells


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


def test_batch_of_missing_texts_is_answered_in_plain_python(tmp_path: Path) -> None:
    code = (
        'df["code"] = ["1/2", None, "3/4"] * 40\ndf.to_csv("codes.csv", index=False)\n'
        'df = pd.read_csv("codes.csv")\n'
        'df["first"] = df["code"].str.split("/").str[0].astype(float)\n'
        'df["first"] = df["first"].fillna(df["first"].mean())\nX = df[["first"]]'
    )
    made = convert_cells(tmp_path, TABLE, READ, code, FIT)
    assert made.is_equal, made.interface["trial"]
    assert made.request_path == "python"


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
