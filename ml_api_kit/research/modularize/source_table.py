"""The source of the rows as a frame with named columns, whatever it was."""

from __future__ import annotations

from typing import Any

from ml_api_kit.research.record.tape import Source


def to_table(sources: list[Source]) -> Any:
    """A frame of the sources' rows, [rows, columns], side by side; arrays get names for columns."""
    import pandas as pd

    tables = [_one_table(source) for source in sources]
    if len(tables) == 1:
        return tables[0]
    names = table_names(sources)
    parts = [table.set_axis(list(own), axis=1) for table, own in zip(tables, names, strict=True)]
    return pd.concat([part.reset_index(drop=True) for part in parts], axis=1)


def table_names(sources: list[Source]) -> list[tuple[Any, ...]]:
    """For each source the names of its columns; a name that is taken gets its source's in front."""
    taken: set[Any] = set()
    found = []
    for place, source in enumerate(sources):
        own = tuple(_one_table(source).columns)
        if taken & set(own):
            variables = source.value.variables
            front = variables[0] if variables else f"source_{place}"
            own = (front,) if len(own) == 1 else tuple(f"{front}_{name}" for name in own)
        taken |= set(own)
        found.append(own)
    return found


def _one_table(source: Source) -> Any:
    import numpy as np
    import pandas as pd

    data = source.data
    if hasattr(data, "columns"):
        return data
    if hasattr(data, "iloc"):
        return data.to_frame(name=data.name or "value")
    if hasattr(data, "tocsr"):
        data = data.toarray()
    flat = np.asarray(data).reshape(source.rows, -1)
    return pd.DataFrame(flat, columns=list(array_names(source, flat.shape[1])))


def array_names(source: Source, count: int) -> tuple[str, ...]:
    """Names for the columns of an array: its owner's where it has some."""
    if len(source.names) == count:
        return source.names
    return ("value",) if count == 1 else tuple(f"feature_{place}" for place in range(count))


def entry_lines(sources: list[Source], variables: list[str]) -> list[str]:
    """The lines that make what the code had of the frame `df` of a request's rows."""
    lines: list[str] = []
    last = [variable for variable in variables if variable == "df"]
    for source, variable, names in zip(sources, variables, table_names(sources), strict=True):
        line = _entry_line(source, variable, names, is_alone=len(sources) == 1)
        if line and variable in last:
            lines.append(line)
        elif line:
            lines.insert(0, line)
    return lines


def _entry_line(source: Source, variable: str, names: tuple[Any, ...], *, is_alone: bool) -> str:
    data = source.data
    if hasattr(data, "columns"):
        return "" if variable == "df" else f"{variable} = df"
    if hasattr(data, "iloc"):
        return f"{variable} = df[{names[0]!r}]"
    shape = tuple(data.shape[1:])
    if not shape:
        return f"{variable} = df[{names[0]!r}].to_numpy()"
    taken = "df" if is_alone else f"df[{list(names)!r}]"
    made = f"{variable} = {taken}.to_numpy()"
    return made if len(shape) == 1 else f"{made}.reshape(-1, {', '.join(map(str, shape))})"
