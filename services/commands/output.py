"""What commands print: for people as lines, for machines as one JSON document (``--json``)."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for a machine to read.")]


def say(line: str = "") -> None:
    """One line for a person, on standard output."""
    typer.echo(line)


def say_json(document: Mapping[str, Any]) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False, default=str))
