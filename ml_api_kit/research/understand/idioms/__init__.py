"""The pandas in a notebook's request path, and the plain Python that takes its place."""

from ml_api_kit.research.understand.idioms.idiom import Idiom
from ml_api_kit.research.understand.idioms.recorded import recorded_idioms
from ml_api_kit.research.understand.idioms.written import written_idioms

__all__ = ["Idiom", "recorded_idioms", "written_idioms"]
