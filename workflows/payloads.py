"""How values travel to and from Temporal: JSON by pydantic, with Decimals and instants intact.

Temporal makes payload converters for every workflow instance, and pydantic's own remembers its
compiled types per converter: a tenth of a worker's time went into compiling the same few types for
each order. Ours remembers them once per process.
"""

from functools import cache
from typing import Any

from pydantic import TypeAdapter
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)


@cache
def _adapter(type_hint: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_hint)


class _JsonConverter(PydanticJSONPlainPayloadConverter):
    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """Read JSON as this type; anything goes where none is given."""
        return _adapter(type_hint if type_hint is not None else Any).validate_json(payload.data)


# They keep nothing, so every converter shares them; one is made for each step of each workflow.
_ENCODINGS = tuple(
    _JsonConverter() if isinstance(each, JSONPlainPayloadConverter) else each
    for each in DefaultPayloadConverter.default_encoding_payload_converters
)


class PayloadConverter(CompositePayloadConverter):
    """The default encodings, with JSON by pydantic."""

    def __init__(self) -> None:
        super().__init__(*_ENCODINGS)


data_converter = DataConverter(payload_converter_class=PayloadConverter)
