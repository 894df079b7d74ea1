"""The whole file of one person, for that person: read from the record one resource at a time, and written as it comes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import IO, Any
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Connection

from clinical.disclosure import FileEntry, bundle_text, file_entries, in_words, looked
from clinical.people import Identity, identity_of
from clinical.protocols import Protocol
from clinical.record_line import record_line
from fhir_store.everything import Wanted, everything_of
from fhir_store.gate import served_types
from fhir_store.json_text import ResourceText, parse
from fhir_store.keyring import Keyring
from fhir_store.read import read
from fhir_store.search_values import date_bounds
from services.clinic.looks import LookLine, look_lines, looks_of
from services.clinic.words import STATUSES, TYPES

Json = Mapping[str, Any]
Progress = Callable[[int], None]

PORTION = 2_000
"""Resources that are held at a time."""

PURPOSE = "PATRQT"
"""HL7's purpose of use: the patient asked for it."""

NOT_IN_LIST = frozenset({"Organization", "Location", "Practitioner", "PractitionerRole", "Medication"})
"""Types that say nothing of the person by themselves: in the file, and not among the lines that are read."""


@dataclass(frozen=True)
class FileLine:
    """A record as it is read. ``type`` and ``status`` wait for their translation."""

    at: datetime | None
    when: str
    """As FHIR writes it; empty if there is no date."""
    type: str
    known: bool
    """Whether the type has words; else it is called as FHIR calls it."""
    text: str = field(repr=False)
    status: str
    words: tuple[str, ...] = field(repr=False)
    """What somebody wrote in words."""
    to_read_over: bool


@dataclass(frozen=True)
class PersonsFile:
    """What was found while the file was written.

    Attributes:
        identity: of whom it is.
        lines: in the order in which it happened; what has no date comes last.
        looks: who looked, by day, the latest first.
        types: how many records of each type are in it.
        left_out: how many are not, since nothing of them stands without somebody else.
    """

    identity: Identity
    lines: tuple[FileLine, ...]
    looks: tuple[LookLine, ...]
    types: Mapping[str, int]
    left_out: int

    @property
    def count(self) -> int:
        """How many records are in it."""
        return sum(self.types.values())

    @property
    def to_read_over(self) -> tuple[FileLine, ...]:
        """What holds words, or what nobody can classify: to be read over by a clinician before it is handed out."""
        return tuple(one for one in self.lines if one.to_read_over)


@dataclass(frozen=True)
class Sources:
    """What the file is read from.

    Attributes:
        keyring: what opens the records.
        key: of the audit log's subjects.
        law: of the country.
        zone: of the facilities.
    """

    connection: Connection
    cursor: psycopg.Cursor[Any]
    keyring: Keyring
    key: bytes = field(repr=False)
    law: Protocol
    zone: ZoneInfo


def persons_file(
    sources: Sources, patient: str, to: IO[str] | None = None, progress: Progress = lambda done: None
) -> PersonsFile:
    """The file of the patient of that id; its FHIR Bundle is written to a text file meanwhile.

    The decision whether somebody may hand it out was made before: it is the person's, and no role's view of them.
    """
    lines, types, left_out = list[FileLine](), dict[str, int](), 0

    def counted() -> Iterator[FileEntry]:
        nonlocal left_out
        for done, one in enumerate(
            file_entries(_record(sources, patient), f"Patient/{patient}", sources.law)
        ):
            if one.resource is None:
                left_out += 1
            else:
                type_ = str(one.resource["resourceType"])
                types[type_] = types.get(type_, 0) + 1
                if type_ not in NOT_IN_LIST:
                    lines.append(_line(one, one.resource, sources.zone))
            progress(done + 1)
            yield one

    for piece in bundle_text(counted()):
        if to is not None:
            to.write(piece)
    return PersonsFile(
        identity_of(read(sources.cursor, sources.keyring, "Patient", patient).value),
        tuple(sorted(lines, key=lambda one: (one.at is None, one.at))),
        tuple(_looks(sources, patient)),
        types,
        left_out,
    )


def _record(sources: Sources, patient: str) -> Iterator[ResourceText]:
    wanted, after = Wanted(types=served_types()), None
    while True:
        page = everything_of(sources.cursor, sources.keyring, patient, wanted, PORTION, after)
        yield from (parse(one.text.encode()) for one in page.resources)
        if page.after is None:
            return
        after = page.after


def _line(entry: FileEntry, resource: Json, zone: ZoneInfo) -> FileLine:
    line = record_line(resource)
    return FileLine(
        date_bounds(line.when, zone)[0] if line.when else None,
        line.when,
        TYPES.get(line.type, line.type),
        line.type in TYPES,
        line.text,
        STATUSES.get(line.status, ""),
        tuple(in_words(resource)),
        entry.to_read_over,
    )


def _looks(sources: Sources, patient: str) -> list[LookLine]:
    looks = looks_of(sources.connection, sources.cursor, f"Patient/{patient}", sources.key)
    return look_lines(looked(looks, sources.law), sources.zone, partial(_place, sources, {}))


def _place(sources: Sources, known: dict[str, str], facility: str) -> str:
    """The name of the Organization for which it was done."""
    if facility and facility not in known:
        sources.cursor.execute(HELD, (facility,))
        is_held = sources.cursor.fetchone() is not None
        found = read(sources.cursor, sources.keyring, "Organization", facility).value if is_held else {}
        known[facility] = str(found.get("name", ""))
    return known.get(facility, "")


HELD = "SELECT FROM fhir_store.current_resource WHERE type = 'Organization' AND id = %s AND NOT deleted"
