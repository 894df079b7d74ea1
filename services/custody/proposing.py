"""Custody's movement file, read for one facility: each line becomes a proposal, once, and changes nothing else.

Whose number it is is looked for among all records; a number that nobody has, or several, stays in its proposal.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.custody.mass_change import leaving, mass_change_of
from clinical.custody.movement_file import BadRow, MovementFile, Row
from clinical.custody.prison_numbers import prison_numbers
from clinical.custody.proposal import State, proposed, settled, task_of
from clinical.people.number_spelling import spellings, spelt
from clinical.protocols import Protocol
from fhir_store.gate import check
from fhir_store.json_text import parse
from fhir_store.locks import lock_of, take
from fhir_store.search import Context, parse_query, search
from fhir_store.store import Author, Store
from fhir_store.write import Write, raw_cursor, save
from services.custody.held import NOT_HELD
from services.custody.people import escaped

AUTHOR = "movements"
AT_ONCE = 200

HELD = """
SELECT count(DISTINCT patient_id) FROM clinical.stay
WHERE facility_id = %s AND ended_at IS NULL AND status <> ALL(%s)
"""


WAITING = "SELECT movement FROM clinical.proposed_movement WHERE facility_id = %s AND state = 'waiting'"


class NoSuchFacility(Exception):
    """The id is of no Organization that is recorded here."""


@dataclass(frozen=True)
class Proposed:
    """What a file proposes, and what of it was new."""

    rows: int
    bad: tuple[BadRow, ...]
    new: int
    unknown: tuple[int, ...]
    """The lines whose number nobody has, or several people."""
    held: bool


@dataclass(frozen=True)
class Reading:
    """A file that is read for a facility at an instant."""

    store: Store
    law: Protocol
    facility: str
    file: MovementFile
    at: datetime
    dry_run: bool = False

    def propose(self, connection: Connection) -> Proposed:
        """Write what is new as proposals, in the caller's transaction. Raises NoSuchFacility."""
        cursor = raw_cursor(connection)
        take(cursor, [lock_of("movement file", self.facility)])
        self._require_facility(cursor)
        known = self._patients(cursor)
        tasks = self._tasks(known, cursor)
        held = self._is_held(cursor, tasks)
        if not self.dry_run and tasks:
            author = Author(AUTHOR, source=AUTHOR, facility=self.facility)
            written = [_write(settled(one, State.HELD) if held else one) for one in tasks]
            save(connection, self.store, written, author)
        unknown = tuple(row.line for row in self.file.rows if known.get(row.number) is None)
        return Proposed(len(self.file.rows), self.file.bad, len(tasks), unknown, held)

    def _require_facility(self, cursor: psycopg.Cursor[Any]) -> None:
        wanted = [("_id", escaped(self.facility))]
        if not search(cursor, parse_query("Organization", wanted, context=self._everything)).matches:
            raise NoSuchFacility

    @property
    def _everything(self) -> Context:
        return Context(self.store.zone, self.store.keyring)

    def _is_held(self, cursor: psycopg.Cursor[Any], tasks: Iterable[Mapping[str, Any]]) -> bool:
        """With what waits from earlier files: many small ones empty a prison too."""
        ((held,),) = cursor.execute(HELD, (self.facility, list(NOT_HELD))).fetchall()
        waiting = [movement for (movement,) in cursor.execute(WAITING, (self.facility,)).fetchall()]
        proposed_now = [proposed(one) or "" for one in tasks]
        return mass_change_of(self.law).is_one(leaving([*waiting, *proposed_now]), held)

    def _patients(self, cursor: psycopg.Cursor[Any]) -> dict[str, str | None]:
        """Who has each number; None where it is nobody, or several people."""
        numbers = sorted({row.number for row in self.file.rows})
        found: dict[str, set[str]] = {spelt(number): set() for number in numbers}
        for start in range(0, len(numbers), AT_ONCE):
            written = {one for number in numbers[start : start + AT_ONCE] for one in spellings(number)}
            some = ",".join(map(escaped, sorted(written)))
            query = parse_query(
                "Patient", [("identifier", some), ("_count", "1000")], context=self._everything
            )
            for one in search(cursor, query).matches:
                for number in map(spelt, prison_numbers(one.value)):
                    if number in found:
                        found[number].add(one.id)
        return {one: next(iter(ids)) if len(ids := found[spelt(one)]) == 1 else None for one in numbers}

    def _tasks(self, known: dict[str, str | None], cursor: psycopg.Cursor[Any]) -> list[dict[str, Any]]:
        """The Tasks of lines that no earlier file had."""
        lines: list[Row | BadRow] = [*self.file.rows, *self.file.bad]
        made = {
            task["identifier"][0]["value"]: task
            for line in lines
            for task in [
                task_of(
                    line,
                    self.facility,
                    self.file.fingerprint,
                    State.WAITING,
                    self.at,
                    self._patient(line, known),
                )
            ]
        }
        there = self._there(cursor, list(made))
        return [task for value, task in made.items() if value not in there]

    def _patient(self, line: Row | BadRow, known: dict[str, str | None]) -> str | None:
        return known.get(line.number) if isinstance(line, Row) else None

    def _there(self, cursor: psycopg.Cursor[Any], values: list[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(values), AT_ONCE):
            some = ",".join(values[start : start + AT_ONCE])
            query = parse_query("Task", [("identifier", some), ("_count", "1000")], context=self._everything)
            for one in search(cursor, query).matches:
                found |= {each["value"] for each in one.value.get("identifier", ())}
        return found


def _write(task: Mapping[str, Any]) -> Write:
    body = parse(json.dumps(task, ensure_ascii=False).encode())
    check(body.value)
    return Write(body)
