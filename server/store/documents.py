"""Result dataclasses to plain JSON values and back, guided by their annotations."""

import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np


def to_document(value: Any) -> Any:  # noqa: PLR0911 - one return per type
    """Return the value as dictionaries, lists and scalars; not-a-number becomes None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_document(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(to_document(key)): to_document(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return to_document(value.tolist())
    if isinstance(value, np.generic):
        return to_document(value.item())
    if isinstance(value, tuple | list):
        return [to_document(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def from_document(annotation: Any, document: Any) -> Any:  # noqa: PLR0911 - one return per type
    """Return the value of the annotated type that :func:`to_document` was given."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _optional(annotation, document)
    if origin is tuple:
        return tuple(from_document(get_args(annotation)[0], item) for item in document)
    if origin is np.ndarray:
        return np.array([_float(item) for item in document], dtype=np.float64)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key_type, item_type = get_args(annotation)
        return {
            from_document(key_type, key): from_document(item_type, item)
            for key, item in document.items()
        }
    if is_dataclass(annotation) and isinstance(annotation, type):
        hints = _hints(annotation)
        # What an older analysis did not know yet has a default.
        known = [key for key in hints if key in document]
        return annotation(**{key: from_document(hints[key], document[key]) for key in known})
    if annotation is float:
        return _float(document)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return annotation(document)
    return document


def _optional(annotation: Any, document: Any) -> Any:
    if document is None:
        return None
    (inner,) = (item for item in get_args(annotation) if item is not types.NoneType)
    return from_document(inner, document)


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)
