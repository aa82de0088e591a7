"""Calls that learn from rows and change them at once, rewritten to apply what was learned.

scaler.fit_transform(X)                  scaler.transform(X)
encoder.fit_transform(df["sex"])         df["sex"].map(sex_codes)
pd.get_dummies(df)                       pd.get_dummies(df.astype({"fuel": CategoricalDtype}))
pd.cut(df["age"], 4)                     pd.cut(df["age"], bins=age_edges)
df.groupby("town")["rent"].transform("mean")     df["town"].map(rent_by_town)
df.apply(encoder.fit_transform)          {name: df[name].map(table) for name, table in codes}

Each has a file in `rules`, which is found by walking that folder.
"""

from ml_api_kit.research.modularize.learned_calls.registry import rewritten

__all__ = ["rewritten"]
