"""Whether a method is a model's, or belongs to what changes features."""

from __future__ import annotations

from ml_api_kit.research.understand import vocabulary as words
from ml_api_kit.research.understand.calls import Call
from ml_api_kit.research.understand.kinds import Kind
from ml_api_kit.research.understand.verbs import words_of

# How people name what changes features, and what models, where nothing else tells them apart.
_TRANSFORMER_WORDS = frozenset(
    {
        *("le", "lb", "lbl", "ohe", "sc", "ss", "mms", "enc", "encoder", "labelencoder", "scaler"),
        *("imputer", "imp", "vectorizer", "tokenizer", "pca", "poly", "preprocessor", "smote"),
        *("sampler", "transformer", "normalizer", "tfidf", "selector", "binarizer", "mlb", "cv"),
    }
)
_MODEL_WORDS = frozenset(
    {
        *("model", "clf", "reg", "regressor", "classifier", "learn", "learner", "net", "network"),
        *("estimator", "rf", "lr", "knn", "svm", "xgb", "lgb", "gbm", "tree", "ensemble", "nn"),
    }
)


def is_model_like(call: Call) -> bool:
    """Whether a method is a model's, by what its owner holds, or else by its name."""
    if call.kind is not None:
        return call.kind is Kind.MODEL
    return bool(_MODEL_WORDS & set(words_of(call.owner))) or words.is_model(call.owner)


def is_transformer_like(call: Call) -> bool:
    """Whether a method belongs to what changes features, by its kind or else by its name."""
    if call.kind is not None:
        return call.kind is Kind.TRANSFORMER
    return words.is_transformer(call.owner) or (
        bool(_TRANSFORMER_WORDS & set(words_of(call.owner))) and not is_model_like(call)
    )
