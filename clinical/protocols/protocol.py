"""The parameters of one country, from its TOML file.

What national law decides has no default: who asks for a parameter that is not set gets None, and has to take the
stricter path.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

Made = TypeVar("Made")


class BadProtocol(Exception):
    """A protocol has a parameter of the wrong kind, or one without value, source or status."""


class Status(StrEnum):
    """Whether somebody of the country stands for a value."""

    PROPOSED = "proposed"
    APPROVED = "approved"


UNITS = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "wk": timedelta(weeks=1),
}
"""UCUM's units of time in which durations are written."""

_DURATION = re.compile(r"(\d+) (min|h|d|wk)", re.ASCII)


@dataclass(frozen=True)
class Parameter:
    """A value and where it is from."""

    value: Any
    source: str
    status: Status
    guideline_version: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True)
class Protocol:
    """All that is set."""

    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    _made: dict[tuple[Any, str], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def whole_number(self, name: str) -> int | None:
        """A count or an age in years; None: not set. Raises BadProtocol."""
        value = self._value(name)
        if value is not None and (type(value) is not int or value < 0):
            raise BadProtocol(f"{name} must be a whole number, not below 0.")
        return value

    def decimal(self, name: str) -> Decimal | None:
        """An amount, whole or with a decimal point; None: not set. Raises BadProtocol."""
        value = self._value(name)
        if value is None:
            return None
        if type(value) not in (int, Decimal) or not Decimal(value).is_finite() or value < 0:
            raise BadProtocol(f"{name} must be a number, not below 0.")
        return Decimal(value)

    def duration(self, name: str) -> timedelta | None:
        """A whole number with its unit, such as "90 min", "20 h", "5 d", "2 wk"; None: not set. Raises BadProtocol."""
        return self.made(_duration, name)

    def days(self, name: str) -> int | None:
        """A duration of whole days; None: not set. Raises BadProtocol."""
        duration = self.duration(name)
        if duration is not None and duration % UNITS["d"]:
            raise BadProtocol(f"{name} must be in whole days.")
        return None if duration is None else duration.days

    def table(self, name: str) -> tuple[Mapping[str, Any], ...] | None:
        """Rows, at least one; None: not set. What stands in a row is for whoever asks to check. Raises BadProtocol."""
        value = self._value(name)
        if value is None:
            return None
        if type(value) is not list or not value or any(type(row) is not dict for row in value):
            raise BadProtocol(f"{name} must be a list of rows.")
        return tuple(value)

    def made(self, make: Callable[["Protocol", str], Made], name: str) -> Made:
        """What is made of a parameter, made once: a protocol does not change, and a round asks for each of 300 people."""
        if (make, name) not in self._made:
            self._made[make, name] = make(self, name)
        found: Made = self._made[make, name]
        return found

    def not_set(self, *names: str) -> tuple[str, ...]:
        """Those of the names that nobody set, so that a screen can say so."""
        return tuple(name for name in names if name not in self.parameters)

    @property
    def proposed(self) -> int:
        """How many of the parameters nobody of the country has approved."""
        return sum(one.status is not Status.APPROVED for one in self.parameters.values())

    def whole_numbers(self, name: str) -> tuple[int, ...] | None:
        """Several counts, at least one; None: not set. Raises BadProtocol."""
        value = self._value(name)
        if value is None:
            return None
        if type(value) is not list or not value or any(type(one) is not int or one < 0 for one in value):
            raise BadProtocol(f"{name} must be a list of whole numbers, none below 0.")
        return tuple(value)

    def word(self, name: str, among: type[StrEnum]) -> str | None:
        """One of the words of an enumeration; None: not set. Raises BadProtocol."""
        value = self._value(name)
        if value is not None and value not in list(among):
            raise BadProtocol(f"{name} must be one of: {', '.join(among)}.")
        return None if value is None else str(value)

    def text(self, name: str) -> str | None:
        """A name or address that is not empty; None: not set. Raises BadProtocol."""
        value = self._value(name)
        if value is not None and (type(value) is not str or not value.strip()):
            raise BadProtocol(f"{name} must be a text that is not empty.")
        return None if value is None else str(value)

    def yes_or_no(self, name: str) -> bool | None:
        """None: not set. Raises BadProtocol."""
        value = self._value(name)
        if value is not None and type(value) is not bool:
            raise BadProtocol(f"{name} must be true or false.")
        return value

    def _value(self, name: str) -> Any:
        parameter = self.parameters.get(name)
        return None if parameter is None else parameter.value


def _duration(protocol: Protocol, name: str) -> timedelta | None:
    if name not in protocol.parameters:
        return None
    value = protocol.parameters[name].value
    written = _DURATION.fullmatch(value) if type(value) is str else None
    if written is None:
        raise BadProtocol(f'{name} must be a duration such as "20 h", in {", ".join(UNITS)}.')
    return int(written[1]) * UNITS[written[2]]


NO_PROTOCOL = Protocol()
"""Nothing is set."""


def protocol_of(country: str) -> Protocol:
    """The protocol of a country that has a file here. Raises BadProtocol, FileNotFoundError."""
    return protocol_in(Path(__file__).parent / f"{country}.toml")


def law_of(country: str) -> Protocol:
    """The protocol that an installation names: a country that has a file here, the path of one; nothing if empty.

    Raises BadProtocol, OSError, ValueError.
    """
    if not country:
        return NO_PROTOCOL
    return protocol_in(Path(country)) if country.endswith(".toml") else protocol_of(country)


def protocol_in(file: Path) -> Protocol:
    """The protocol in a file. Raises BadProtocol."""
    written = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal).get("parameter", {})
    return Protocol({name: _parameter(name, said) for name, said in written.items()})


def _parameter(name: str, said: Mapping[str, Any]) -> Parameter:
    try:
        found = Parameter(**{**said, "status": Status(said["status"])})
    except (KeyError, TypeError, ValueError):
        raise BadProtocol(f"{name} needs value, source and status (proposed or approved).") from None
    if found.status is Status.APPROVED and not found.approved_by:
        raise BadProtocol(f"{name} is approved; say by whom, in approved_by.")
    return found
