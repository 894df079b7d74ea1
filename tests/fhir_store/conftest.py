"""Outside resources for the record store's tests."""

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from fhir_store.gate import served
from fhir_store.json_text import ResourceText, bundle_entries, parse

Examples = Mapping[str, ResourceText]


@pytest.fixture(scope="session")
def examples(shared_folder: Path) -> Examples:
    """The official R4 examples of served types, by file name."""
    files = sorted((shared_folder / "conformance" / "r4-examples").glob("*.json"))
    found = {
        file.stem: parse(file.read_bytes()) for file in files if file.name.partition("-")[0] != "package"
    }
    kept = {name: one for name, one in found.items() if served(one.value.get("resourceType"))}
    assert len(kept) > 80
    return kept


@pytest.fixture(scope="session")
def synthea(shared_folder: Path) -> list[ResourceText]:
    """Every Synthea resource of a served type: bulk lines and Bundle entries."""
    found = list(_lines(shared_folder / "conformance" / "synthea-bulk-10"))
    for file in sorted((shared_folder / "conformance" / "synthea-bundles").glob("*.json.gz")):
        entries = bundle_entries(gzip.decompress(file.read_bytes())).entries
        found += [entry.resource for entry in entries if entry.resource is not None]
    return [one for one in found if served(one.value["resourceType"])]


def _lines(folder: Path) -> Iterator[ResourceText]:
    for file in sorted(folder.glob("*.ndjson.gz")):
        with gzip.open(file, "rb") as lines:
            yield from (parse(line) for line in lines)


@pytest.fixture(scope="session")
def official(shared_folder: Path) -> list[Mapping[str, Any]]:
    """The official definitions as an outside copy has them."""
    names = ("structuredefinitions-base", "valuesets", "codesystems", "search-parameters", "compartments")
    folder = shared_folder / "conformance" / "r4-definitions"
    found = []
    for name in names:
        with gzip.open(folder / f"{name}.ndjson.gz", "rb") as lines:
            found += [json.loads(line) for line in lines]
    return found
