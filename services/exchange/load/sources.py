"""Which files there are to read, and the resources in them with the place each was found at."""

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fhir_store.errors import Refused
from fhir_store.json_text import ResourceText, bundle_entries, parse, with_references

# Those that others refer to come first, so that their references find something.
REFERRED_TO_FIRST = ("Organization", "Location", "Practitioner", "Patient", "EpisodeOfCare", "Encounter")
ENDINGS = (".ndjson", ".ndjson.gz", ".json", ".json.gz")


class SourceNotFound(Exception):
    """A path to load names nothing that can be read."""


@dataclass(frozen=True)
class Found:
    """One resource, or why it could not be read, with its place: file name, and line or Bundle entry from 1."""

    file: str
    place: int
    resource: ResourceText | None
    refusal: Refused | None = None


def source_files(paths: Iterable[Path]) -> list[Path]:
    """Every file to load, those that others refer to first. Raises SourceNotFound."""
    found = [file for path in paths for file in _files(path)]
    return sorted(found, key=lambda file: (_rank(file), str(file)))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return [file for file in path.rglob("*") if file.is_file() and file.name.endswith(ENDINGS)]
    if not path.is_file():
        raise SourceNotFound(f"Nothing to load at {path}. Name a file or a folder.")
    return [path]


def _rank(file: Path) -> int:
    kind = file.name.split(".")[0]
    return REFERRED_TO_FIRST.index(kind) if kind in REFERRED_TO_FIRST else len(REFERRED_TO_FIRST)


def resources_in(file: Path) -> Iterator[Found]:
    """Every resource of one file, one at a time."""
    if ".ndjson" in file.name:
        yield from _lines(file)
    else:
        yield from _document(file)


def _lines(file: Path) -> Iterator[Found]:
    with _open(file) as lines:
        for n, line in enumerate(lines, start=1):
            if line.strip():
                yield _parsed(file.name, n, line.strip())


def _parsed(name: str, place: int, raw: bytes) -> Found:
    try:
        return Found(name, place, parse(raw))
    except Refused as refusal:
        return Found(name, place, None, refusal)


def _document(file: Path) -> Iterator[Found]:
    """A Bundle's entries, or the single resource that the file is."""
    with _open(file) as whole:
        raw = whole.read()
    found = _parsed(file.name, 1, raw)
    if found.resource is None or found.resource.value.get("resourceType") != "Bundle":
        yield found
    else:
        yield from _entries(file.name, raw)


def _entries(name: str, raw: bytes) -> Iterator[Found]:
    try:
        bundle = bundle_entries(raw)
    except Refused as refusal:
        yield Found(name, 1, None, refusal)
        return
    entries = [entry for entry in bundle.entries if entry.resource is not None]
    ids = {
        entry.full_url: target for entry in entries if entry.full_url and (target := _target(entry.resource))
    }
    for n, entry in enumerate(entries, start=1):
        assert entry.resource is not None
        yield Found(name, n, with_references(entry.resource, ids))


def _target(resource: ResourceText | None) -> str | None:
    assert resource is not None
    type_, id_ = resource.value.get("resourceType"), resource.value.get("id")
    return f"{type_}/{id_}" if type_ and id_ else None


def _open(file: Path) -> gzip.GzipFile:
    # Both kinds are read as bytes, line by line; the type is that of the narrower one.
    return gzip.open(file, "rb") if file.name.endswith(".gz") else file.open("rb")  # type: ignore[return-value]
