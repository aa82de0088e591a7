"""Flask's JSON, written and read by orjson."""

from __future__ import annotations

import datetime
import json
from typing import IO, Any

import orjson
from flask import Response
from flask.json.provider import DefaultJSONProvider

from ml_api_kit.serving.json_response import JsonResponse

_COMPACT: dict[str, Any] = {"separators": (",", ":")}


def _written(value: Any) -> Any:
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return DefaultJSONProvider.default(value)


class OrjsonProvider(DefaultJSONProvider):
    """JSON for a Flask app, faster than Flask's own; set by `app.json = OrjsonProvider(app)`.

    Dates are written as RFC 3339 and not as HTTP dates, keys in the order they stand, NaN and
    infinities as null. Everything else is written as Flask writes it; what orjson cannot write,
    such as a whole number past 64 bits, is left to the standard library, with the same null and
    without spaces.
    """

    sort_keys = False
    default = staticmethod(_written)

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """The JSON text of `obj`; `kwargs` such as `indent` are left to the standard library."""
        return super().dumps(obj, **kwargs) if kwargs else self.dump_bytes(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value of the JSON text `s`.

        Raises ValueError: when `s` is not JSON.
        """
        return super().loads(s, **kwargs) if kwargs else orjson.loads(s)

    def load(self, fp: IO[Any], **kwargs: Any) -> Any:
        """The value of the JSON text in `fp`."""
        return self.loads(fp.read(), **kwargs)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """The response that holds the one positional argument, or all keyword arguments."""
        value = self._prepare_response_obj(args, kwargs)
        kind = self._app.response_class
        if kind is Response:
            kind = JsonResponse
        made: Response = kind(self.dump_bytes(value), mimetype=self.mimetype)  # type: ignore[arg-type, assignment]
        return made

    def dump_bytes(self, value: Any) -> bytes:
        """The JSON text of `value` in UTF-8, as a response holds it.

        Raises TypeError, ValueError: when `value` cannot be written as JSON.
        """
        try:
            return orjson.dumps(value, default=self.default, option=orjson.OPT_NON_STR_KEYS)
        except orjson.JSONEncodeError:
            return self._standard(value).encode()

    def _standard(self, value: Any) -> str:
        text = super().dumps(value, **_COMPACT)
        if "NaN" not in text and "Infinity" not in text:
            return text
        # Read back, and not replaced before: what `default` makes of an object may hold them, too.
        finite = json.loads(text, parse_constant=lambda _: None)
        return super().dumps(finite, **_COMPACT)
