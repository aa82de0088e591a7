"""Arrow columns in other types, with the decimals of 256 bits that DuckDB has none of."""

from __future__ import annotations

from typing import Any

_DECIMAL_BYTES = 32


def retyped(column: Any, kind: Any) -> Any:
    """An Arrow column in another type; whole numbers as text become the digits of big decimals.

    >>> import pyarrow as pa
    >>> retyped(pa.array(["15", None]), pa.decimal256(76, 1)).to_pylist()
    [Decimal('1.5'), None]
    """
    import pyarrow as pa

    if column.type == kind:
        return column
    if pa.types.is_decimal256(kind) and pa.types.is_string(column.type):
        return _decimals(column, kind)
    if pa.types.is_list(kind):
        items = retyped(column.flatten(), kind.value_type)
        return pa.ListArray.from_arrays(_offsets(column), items, type=kind, mask=_nulls(column))
    if pa.types.is_struct(kind):
        members = zip(column.flatten(), kind, strict=True)
        arrays = [retyped(member, inner.type) for member, inner in members]
        return pa.StructArray.from_arrays(arrays, fields=list(kind), mask=_nulls(column))
    return column.cast(kind)


def _decimals(column: Any, kind: Any) -> Any:
    """The digits as whole numbers of 256 bits; Arrow itself reads no text of 77 digits."""
    import pyarrow as pa

    texts = column.to_pylist()
    numbers = b"".join(
        int(digits or 0).to_bytes(_DECIMAL_BYTES, "little", signed=True) for digits in texts
    )
    # One bit for each value says whether there is one.
    validity = pa.array([digits is not None for digits in texts]).buffers()[1]
    return pa.Array.from_buffers(kind, len(texts), [validity, pa.py_buffer(numbers)])


def _offsets(column: Any) -> Any:
    """Where each list begins in the items of all, which begin with the first of this piece."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lengths = column.value_lengths().fill_null(0)
    return pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths)])


def _nulls(column: Any) -> Any:
    return column.is_null() if column.null_count else None
