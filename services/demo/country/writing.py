"""The country on disk: NDJSON by resource type, and what is true of it."""

import gzip
import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from services.demo.country.resources import resources
from services.demo.country.state import Country

RECORDS, OTHER_SOURCE, TRUTH = "records", "other-source", "truth.json"
LATER = "later"
"""The folder, in that of the records, of what was written again: to be loaded after the rest."""
OTHER_SOURCE_URI = "urn:throughcare:demo:other-source"
"""What ``throughcare import --source`` is to be told of the files of the other system."""

Progress = Callable[[int, int], None]


def write(
    country: Country, folder: Path, *, compressed: bool = False, progress: Progress = lambda done, of: None
) -> dict[str, int]:
    """Write ``records/``, ``other-source/`` and ``truth.json``; the same country gives the same bytes.

    Returns:
        How many resources of each type are in ``records/``.
    """
    expected = len(country.facts)
    written = _ndjson(resources(country), folder / RECORDS, compressed, lambda done: progress(done, expected))
    if country.other:
        _ndjson(resources(country.other), folder / OTHER_SOURCE, compressed, lambda done: None)
    text = json.dumps(described(country), ensure_ascii=False, indent=1, default=str)
    (folder / TRUTH).write_text(text + "\n", encoding="utf-8")
    return written


def described(country: Country) -> dict[str, Any]:
    """The calendar, and every case with the people and Patient records that it concerns."""
    patients = patients_by_human(country)
    return {
        "demo": "DEMO: invented people only",
        "first": country.calendar.first,
        "end": country.calendar.end,
        "drawn_at": country.calendar.drawn_at.isoformat(),
        "zone": "Europe/Podgorica",
        "other_source": OTHER_SOURCE_URI,
        "cases": [
            {**asdict(tag), "patients": {human: patients[human] for human in tag.humans}}
            for tag in country.tags
        ],
    }


def patients_by_human(country: Country) -> dict[str, list[str]]:
    """The Patient records of each human; one of the other system is named by its source."""
    found: dict[str, list[str]] = {human: [] for human in country.humans}
    for patient, human in country.human_of.items():
        found[human].append(f"Patient/{patient}")
    if country.other:
        for patient, human in country.other.human_of.items():
            found.setdefault(human, []).append(f"{OTHER_SOURCE_URI}|Patient/{patient}")
    return found


def _ndjson(
    listed: Iterable[dict[str, Any]], folder: Path, compressed: bool, told: Callable[[int], None]
) -> dict[str, int]:
    counts: dict[str, int] = {}
    written: set[tuple[str, str]] = set()
    with ExitStack() as files:
        opened: dict[tuple[Path, str], IO[bytes]] = {}
        for done, resource in enumerate(listed, start=1):
            type_, named = resource["resourceType"], (resource["resourceType"], resource["id"])
            place = (folder / LATER if named in written else folder, type_)
            written.add(named)
            if place not in opened:
                opened[place] = _file(*place, compressed, files)
            opened[place].write(_line(resource))
            counts[type_] = counts.get(type_, 0) + 1
            if done % 1000 == 0:
                told(done)
    return dict(sorted(counts.items()))


def _line(resource: dict[str, Any]) -> bytes:
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _file(folder: Path, type_: str, compressed: bool, files: ExitStack) -> IO[bytes]:
    """A file to write; a compressed one says neither when nor under what name it was made."""
    folder.mkdir(parents=True, exist_ok=True)
    if not compressed:
        return files.enter_context((folder / f"{type_}.ndjson").open("wb"))
    raw = files.enter_context((folder / f"{type_}.ndjson.gz").open("wb"))
    packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=5, mtime=0)
    return cast(IO[bytes], files.enter_context(packed))
