"""What a line of the request path reads."""

from __future__ import annotations

from ml_api_kit.research.record.tape import Binding, Value


class LineReads:
    """The variables that the line which is being written reads, with their annotations."""

    def __init__(self) -> None:
        """Begin with a line that reads nothing."""
        self._names: list[str] = []
        self._kinds: dict[str, str] = {}

    def begin(self) -> None:
        """A new line begins."""
        self._names, self._kinds = [], {}

    def add(self, name: str, kind: str) -> None:
        """The line reads a variable; what it was before the line is said first, and kept."""
        self._names.append(name)
        self._kinds.setdefault(name, kind)

    @property
    def names(self) -> tuple[str, ...]:
        """The variables, each once, in the order in which the line reads them."""
        return tuple(dict.fromkeys(self._names))

    @property
    def kinds(self) -> dict[str, str]:
        """The annotation of each."""
        return dict(self._kinds)


def annotation(value: Value | None) -> str:
    """How a value is annotated."""
    if value is None:
        return "Any"
    if value.is_frame:
        return "pd.DataFrame"
    if value.is_series:
        return "pd.Series"
    if value.type_name.rpartition(".")[2] == "list" and value.binding is Binding.ROWS:
        return "list[Any]"
    return "np.ndarray" if value.is_array else "Any"
