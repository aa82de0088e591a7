"""The source of the rows as a frame with named columns, whatever it was."""

from __future__ import annotations

from typing import Any

from ml_api_kit.research.record.tape import Source


def to_table(source: Source) -> Any:
    """A frame of the source's rows, [rows, columns]; arrays get names for their columns."""
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


def entry_lines(source: Source, variable: str, columns: tuple[Any, ...]) -> list[str]:
    """The lines that make what the code had of the frame `df` of a request's rows."""
    data = source.data
    if hasattr(data, "columns"):
        return [] if variable == "df" else [f"{variable} = df"]
    if hasattr(data, "iloc"):
        return [f"{variable} = df[{columns[0]!r}]"]
    shape = tuple(data.shape[1:])
    if not shape:
        return [f"{variable} = df[{columns[0]!r}].to_numpy()"]
    taken = f"{variable} = df[{list(columns)!r}].to_numpy()"
    return [taken if len(shape) == 1 else f"{taken}.reshape(-1, {', '.join(map(str, shape))})"]
