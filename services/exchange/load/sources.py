"""Which files there are to load: those named, those in a folder, or those that a Bulk Data manifest lists."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

# Those that others refer to come first: whoever looks while a load is running finds whole records.
REFERRED_TO_FIRST = ("Organization", "Location", "Practitioner", "Patient", "EpisodeOfCare", "Encounter")
ENDINGS = (".ndjson", ".ndjson.gz", ".json", ".json.gz")
MANIFEST = "manifest.json"


class SourceNotFound(Exception):
    """A path to load names nothing that can be read."""


def source_files(paths: Iterable[Path]) -> list[Path]:
    """Every file to load, once, those that others refer to first. Raises SourceNotFound."""
    found = {file for path in paths for file in _files(path)}
    return sorted(found, key=lambda file: (_rank(file), str(file)))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = [file for file in path.rglob("*") if file.is_file() and file.name.endswith(ENDINGS)]
        return [one for file in files for one in (_listed(file) if file.name == MANIFEST else [file])]
    if not path.is_file():
        raise SourceNotFound(f"Nothing to load at {path}. Name a file or a folder.")
    return _listed(path) if path.name == MANIFEST else [path]


def _listed(manifest: Path) -> list[Path]:
    """The files beside a manifest that it lists, or the file itself if it is no Bulk Data manifest.

    https://hl7.org/fhir/uv/bulkdata/STU2/export.html#response---complete-status
    """
    output = _output(manifest)
    return [manifest] if output is None else [_beside(manifest, one) for one in output]


def _output(manifest: Path) -> list[str] | None:
    try:
        document: Any = json.loads(manifest.read_bytes())
        return [str(one["url"]) for one in document["output"]]
    except (ValueError, TypeError, KeyError):
        return None


def _beside(manifest: Path, url: str) -> Path:
    name = Path(unquote(urlsplit(url).path)).name
    for file in (manifest.with_name(name), manifest.with_name(f"{name}.gz")):
        if file.is_file():
            return file
    raise SourceNotFound(f"{manifest} lists a file that is not beside it: {name}")


def _rank(file: Path) -> int:
    kind = file.name.split(".")[0]
    return REFERRED_TO_FIRST.index(kind) if kind in REFERRED_TO_FIRST else len(REFERRED_TO_FIRST)
