"""Which functions and methods do what, by the last part of their name, and by their library.

The words are in `vocabulary.toml` beside this file.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

_WORDS: dict[str, Any] = tomllib.loads(
    resources.files(__package__).joinpath("vocabulary.toml").read_text("utf-8")
)

READS = frozenset(_WORDS["reads"])
READ_PREFIXES = tuple(_WORDS["read_prefixes"])
RENAMES = frozenset(_WORDS["renames"])
EXPORTS = frozenset(_WORDS["exports"])
FITS = frozenset(_WORDS["fits"])
ASKS = frozenset(_WORDS["asks"])
KEEPS_MODEL = frozenset(_WORDS["keeps_model"])
LOADS_MODEL = frozenset(_WORDS["loads_model"])
READINGS = frozenset(_WORDS["readings"])
SCORES = frozenset(_WORDS["scores"])
TUNES = frozenset(_WORDS["tunes"])
METRICS = frozenset(_WORDS["metrics"])
TRANSFORMERS = frozenset(_WORDS["transformers"])
CHANGES = frozenset(_WORDS["changes"])
PLOTS = frozenset(_WORDS["plots"])
LOOKS = frozenset(_WORDS["looks"])
SETTINGS = frozenset(_WORDS["settings"])
ML_LIBRARIES = tuple(_WORDS["ml_libraries"])
PLOT_LIBRARIES = tuple(_WORDS["plot_libraries"])
MODEL_CLASSES = tuple(_WORDS["model_classes"])
VERBS: dict[str, list[str]] = _WORDS["verbs"]
VERB_WORDS = frozenset(word for verbs in VERBS.values() for word in verbs)


def is_transformer(name: str) -> bool:
    """Whether a class of that name changes features.

    >>> is_transformer("StandardScaler"), is_transformer("SVC")
    (True, False)
    """
    return name in TRANSFORMERS or name.endswith(("Scaler", "Encoder", "Imputer", "Vectorizer"))


def is_model(full: str) -> bool:
    """Whether what has that dotted name is a class of models, or of their parts.

    >>> is_model("sklearn.svm.SVC"), is_model("pandas.DataFrame")
    (True, False)
    """
    last = full.rpartition(".")[2]
    if is_transformer(last):
        return False
    return last.endswith(MODEL_CLASSES) or (of_library(full, ML_LIBRARIES) and last[:1].isupper())


def of_library(full: str, libraries: tuple[str, ...]) -> bool:
    """Whether a dotted name is of one of the libraries, or of a module in one.

    >>> of_library("keras.layers.Dense", ("keras",)), of_library("kerastuner.f", ("keras",))
    (True, False)
    """
    return any(full == one or full.startswith(f"{one}.") for one in libraries)
