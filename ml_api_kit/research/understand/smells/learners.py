"""Which classes learn from the rows that they are fitted to."""

from __future__ import annotations

import re

_TRANSFORMERS = re.compile(
    r"(Scaler|Encoder|Imputer|Vectorizer|Discretizer|Transformer|PCA|TruncatedSVD|FastICA|NMF"
    r"|SelectKBest|SelectPercentile|SelectFromModel|SelectFpr|SelectFdr|RFE|RFECV"
    r"|VarianceThreshold|SequentialFeatureSelector)$"
)
_RESAMPLERS = re.compile(r"(SMOTE\w*|ADASYN|Sampler|SMOTENC|TomekLinks)$")
# These learn nothing from the rows, or no more than what a target's names are.
_HARMLESS = frozenset(
    {
        "FunctionTransformer",
        "HashingVectorizer",
        "LabelBinarizer",
        "LabelEncoder",
        "MultiLabelBinarizer",
        "TransformedTargetRegressor",
    }
)
_HARMLESS_NAMES = re.compile(r"(?i)^(le|lb|label|labels|enc_?y|y_?enc)|label|_le$")


def is_transformer(class_name: str) -> bool:
    """Whether a class learns how to change features: a scaler, an encoder, a selector."""
    last = class_name.rpartition(".")[2]
    is_made = last in ("make_column_transformer", "ColumnTransformer")
    return is_made or (bool(_TRANSFORMERS.search(last)) and last not in _HARMLESS)


def is_resampler(class_name: str) -> bool:
    """Whether a class makes new rows out of those that it is given, or picks among them."""
    return bool(_RESAMPLERS.search(class_name.rpartition(".")[2]))


def is_harmless_name(variable: str) -> bool:
    """Whether a variable of unknown class is called as encoders of targets are."""
    return bool(_HARMLESS_NAMES.search(variable))
