"""``docs/commands.md``: every command with its help, as the program itself prints it.

``python -m services.commands.manual`` prints the page.
"""

import sys
from collections.abc import Iterator
from typing import Any

import typer.main

PREAMBLE = (
    "Printed by `python -m services.commands.manual`. Settings come from the environment; see"
    " [environment.md](../deploy/environment.md)."
)


def manual() -> str:
    """The page, from the commands as they are registered."""
    from services.cli import command_line  # here, because a command may import this

    command = typer.main.get_command(command_line())
    sections = [
        "# Commands",
        "",
        PREAMBLE,
    ]
    for name, found in _commands(command, "throughcare"):
        sections += ["", f"## {name}", "", *_described(found)]
    return "\n".join(sections) + "\n"


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The commands below one; typer's own classes for them are private, so they are known by what they have."""
    children = getattr(command, "commands", None)
    if children is None:
        yield name, command
        return
    for child in children.values():
        yield from _commands(child, f"{name} {child.name}")


def _described(command: Any) -> Iterator[str]:
    yield " ".join((command.help or "").split())
    shown = [parameter for parameter in command.params if parameter.name != "help"]
    if shown:
        yield ""
        yield from (_parameter(parameter) for parameter in shown)


def _parameter(parameter: Any) -> str:
    name = ", ".join(parameter.opts) if parameter.param_type_name == "option" else parameter.name.upper()
    return f"- `{name}`: {getattr(parameter, 'help', None) or ''}".rstrip()


if __name__ == "__main__":
    sys.stdout.write(manual())
