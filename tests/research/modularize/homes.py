"""Cells of a notebook about homes: its table, how it is read, and how a model is fitted."""

from __future__ import annotations

TABLE = """
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
READ = 'import numpy as np\nimport pandas as pd\ndf = pd.read_csv("homes.csv")'
# Its class is the notebook's own: to import scikit-learn takes longer than a conversion without it.
FIT = """
def with_constant(X):
    return np.c_[np.ones(len(X)), np.asarray(X, dtype=float)]

class LeastSquares:
    def fit(self, X, y):
        self.weights = np.linalg.lstsq(with_constant(X), y, rcond=None)[0]
        return self

    def predict(self, X):
        return with_constant(X) @ self.weights

model = LeastSquares()
model.fit(X, df["price"])
model.predict(X)
"""
FIT_OF_SKLEARN = """
from sklearn.linear_model import LinearRegression
model = LinearRegression()
model.fit(X, df["price"])
model.predict(X)
"""
