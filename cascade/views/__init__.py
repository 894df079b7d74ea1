"""Flat views: one resource type in, one flat table out, nothing else.

A view declares the part of the resource that it reads and a SELECT over exactly those members. It knows no
other resource type, joins nothing and decides nothing clinical, so each can later become a SQL-on-FHIR
ViewDefinition without a change on either side of it.

A member that is missing, or has another JSON type than declared, is NULL; it never stops the run.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TypeAlias

Structure: TypeAlias = str | Sequence["Structure"] | Mapping[str, "Structure"]
"""The JSON that a view reads: a DuckDB type name, a list of one element, or an object by member name."""

CODINGS: Structure = [{"system": "VARCHAR", "code": "VARCHAR"}]
REFERENCE: Structure = {"reference": "VARCHAR"}
EXTENSION: Structure = [
    {"url": "VARCHAR", "valueCode": "VARCHAR", "valueBoolean": "BOOLEAN", "valueReference": REFERENCE}
]
EXTENSION_URL = "urn:throughcare:extension:"

CONTAINED_MEDICATION: Structure = [{"resourceType": "VARCHAR", "id": "VARCHAR", "code": {"coding": CODINGS}}]
CONTAINED_MEDICATION_CODINGS = """(list_filter(contained,
    lambda one: one.resourceType = 'Medication' AND '#' || one.id = medicationReference.reference)[1].code.coding)"""


@dataclass(frozen=True)
class View:
    """One flat table. Every view has the columns `id` and `last_updated` (text as submitted)."""

    table: str
    resource_type: str
    structure: Mapping[str, Structure]
    select: str

    def over_json(self, relation: str) -> str:
        """SQL of the flat table over a relation with one JSON text column named `resource`."""
        declared = json.dumps({"resourceType": "VARCHAR", **self.structure})
        # try: for a text that is not JSON DuckDB would raise an error that quotes it.
        members = f"unnest(try(json_transform(resource, '{declared}')))"
        return self._over(f"(SELECT {members} FROM {relation})")  # noqa: S608 - our own text

    def over_ndjson(self, files: Iterable[Path]) -> str:
        """SQL of the flat table over NDJSON files: twice as fast as `over_json`, with the same result."""
        return self._over(read_ndjson(files, self.structure))

    def over_every_line(self, files: Iterable[Path]) -> str:
        """The same with a row for every line, whatever it is, and the type of the resource in it as ``read_as``."""
        return f"SELECT {self.select}, resourceType AS read_as FROM {read_ndjson(files, self.structure)}"  # noqa: S608

    def _over(self, members: str) -> str:
        wanted = f"resourceType = '{self.resource_type}'"
        return f"SELECT {self.select} FROM {members} WHERE {wanted}"  # noqa: S608 - our own text


def read_ndjson(files: Iterable[Path], structure: Mapping[str, Structure], *, filename: bool = False) -> str:
    """SQL reading the declared members of each line. A line that is not JSON gives a row of NULLs."""
    columns = {"resourceType": "VARCHAR", **structure}
    declared = ", ".join(f"\"{name}\": '{_duckdb_type(part)}'" for name, part in columns.items())
    listed = ", ".join(f"'{_literal_path(file)}'" for file in files)
    return (
        f"read_json([{listed}], columns = {{{declared}}}, format = 'newline_delimited',"
        f" ignore_errors = true, filename = {filename})"
    )


def reference_id(reference: str, resource_type: str) -> str:
    """SQL for the id in a literal reference to that type (a type or a group of types as `A|B`).

    As SQL-on-FHIR's getReferenceKey: a server address before it and a version behind it are dropped, so one
    source must hold one server's ids. Contained, conditional, logical and urn references have no id: NULL.
    """
    return _part(reference, resource_type, 2)


def reference_type(reference: str, resource_types: str) -> str:
    """SQL for which of the types `A|B` a literal reference names, else NULL."""
    return _part(reference, resource_types, 1)


def first_organization_id(references: str) -> str:
    """SQL for the id of the first Organization among a list of references; NULL if there is none."""
    ids = f"list_transform({references}, lambda of: {reference_id('of.reference', 'Organization')})"
    return f"(list_filter({ids}, lambda id: id IS NOT NULL)[1])"


def extension_value(name: str, member: str) -> str:
    """SQL for a member of the first extension of ours of that name; needs the structure EXTENSION."""
    return f"(list_filter(extension, lambda one: one.url = '{EXTENSION_URL}{name}')[1].{member})"


def views() -> tuple[View, ...]:
    """Every view in this package, by table name."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return tuple(sorted((module.view for module in modules), key=lambda view: view.table))


def _part(reference: str, resource_types: str, nth: int) -> str:
    """SQL for the type (1) or the id (2) in a literal reference to one of the types, else NULL.

    Nearly all references are relative and of no version: to look for those first takes half the time.
    """
    type_, id_ = (f"split_part({reference}, '/', {part})" for part in (1, 2))
    listed = " OR ".join(f"starts_with({reference}, '{name}/')" for name in resource_types.split("|"))
    odd = " OR ".join(f"contains({reference}, '{sign}')" for sign in "|#?")
    any_form = f"(?:^|/)({resource_types})/([^/|#?]+)(?:/_history/[^/]+)?$"
    two_parts = f"strlen({reference}) = strlen({type_}) + 1 + strlen({id_}) AND {id_} <> ''"
    return f"""CASE WHEN ({listed}) AND {two_parts} AND NOT ({odd})
        THEN {(type_, id_)[nth - 1]} ELSE nullif(regexp_extract({reference}, '{any_form}', {nth}), '') END"""


def _duckdb_type(part: Structure) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Mapping):
        members = ", ".join(f'"{name}" {_duckdb_type(inner)}' for name, inner in part.items())
        return f"STRUCT({members})"
    return f"{_duckdb_type(part[0])}[]"


def _literal_path(file: Path) -> str:
    # DuckDB reads * ? [ in a path as a pattern; a folder may be called so.
    plain = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(file))
    return plain.replace("'", "''")
