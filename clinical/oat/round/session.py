"""The rounds of a day: which doses belong to the morning, and which are for later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from clinical.oat.slot import Slot
from clinical.protocols import BadProtocol, Protocol
from clinical.words import N_

SESSIONS = "oat.round-sessions"
"""Rows ``{ name = "morning", from = "05:00" }``, the earliest first; each lasts until the next begins."""


@dataclass(frozen=True)
class Session:
    """One round of the day. A dose without a time of its own belongs to the round of its number."""

    name: str
    begins: time


MORNING = Session("morning", time(0))
NOT_SET = (MORNING, Session("late", time(12)))
"""Proposed by Throughcare, no source."""

WORDS = {"morning": N_("Morning"), "late": N_("Afternoon")}


def sessions(protocol: Protocol) -> tuple[Session, ...]:
    """The rounds of a day, the first first. Raises BadProtocol."""
    return protocol.made(_sessions, SESSIONS)


def _sessions(protocol: Protocol, name: str) -> tuple[Session, ...]:
    rows = protocol.table(name)
    if rows is None:
        return NOT_SET
    found = tuple(map(_session, rows))
    if list(found) != sorted(found, key=lambda one: one.begins) or len({one.name for one in found}) < len(
        found
    ):
        raise BadProtocol(
            f"{name}: each round has a name of its own, and they stand in the order of their times."
        )
    return found


def session_at(at: time, among: tuple[Session, ...]) -> Session:
    """The round under way at a time of day; before the first one it is the first."""
    return next((one for one in reversed(among) if one.begins <= at), among[0])


def session_of(slot: Slot, among: tuple[Session, ...]) -> Session:
    """The round in which a dose is planned."""
    if slot.at is not None:
        return session_at(slot.at, among)
    return among[min(slot.part, len(among)) - 1]


def _session(row: Mapping[str, Any]) -> Session:
    try:
        return Session(str(row["name"]), time.fromisoformat(row["from"]))
    except (KeyError, TypeError, ValueError):
        raise BadProtocol(f'{SESSIONS} has rows like {{ name = "morning", from = "05:00" }}.') from None


def names(among: tuple[Session, ...]) -> Iterator[str]:
    """Their names."""
    return (one.name for one in among)
