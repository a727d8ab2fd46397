"""Configurations as plain JSON values, and back: unknown keys and wrong kinds are refused."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args, get_origin, get_type_hints


class ConfigError(ValueError):
    """A configuration that names something unknown or impossible; the message says what fits."""


@dataclass(frozen=True, kw_only=True)
class StrictConfig:
    """Reading and writing as plain JSON values, strict about unknown keys and kinds."""

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from plain JSON values (lists for tuples).

        Raises:
            ConfigError: for an unknown key, a missing key or a value of the wrong kind.
        """
        fields = {field.name: field for field in dataclasses.fields(cls)}
        unknown = sorted(set(values) - set(fields))
        if unknown:
            raise ConfigError(
                f"{cls.__name__} does not know {', '.join(map(repr, unknown))}; "
                f"it knows {', '.join(sorted(fields))}."
            )
        missing = sorted(
            name
            for name, field in fields.items()
            if name not in values
            and field.default is dataclasses.MISSING
            and field.default_factory is dataclasses.MISSING
        )
        if missing:
            raise ConfigError(f"{cls.__name__} needs {', '.join(map(repr, missing))} as well.")
        hints = get_type_hints(cls)
        return cls(**{key: _read(key, value, hints[key]) for key, value in values.items()})

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values (tuples become lists)."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in dataclasses.asdict(self).items()
        }


def _read(key: str, value: Any, hint: Any) -> Any:
    """Check one JSON value against its type hint and return it as that type."""
    if get_origin(hint) is Literal:
        allowed = get_args(hint)
        if value not in allowed:
            raise ConfigError(f"{key} is {value!r}; it must be one of {', '.join(allowed)}.")
        return value
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{key} is {value!r}; it must be a list of {_named(item)}.")
        return tuple(_read(key, entry, item) for entry in value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise ConfigError(f"{key} is {value!r}; it must be of type {hint.__name__}.")
    return value


def _named(hint: Any) -> str:
    return " or ".join(get_args(hint)) if get_origin(hint) is Literal else str(hint.__name__)


def demand(condition: object, sentence: str) -> None:
    """Raise a ConfigError with ``sentence`` unless ``condition`` holds."""
    if not condition:
        raise ConfigError(sentence)
