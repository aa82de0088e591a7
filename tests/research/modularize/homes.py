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
FIT = """
from sklearn.linear_model import LinearRegression
model = LinearRegression()
model.fit(X, df["price"])
model.predict(X)
"""
