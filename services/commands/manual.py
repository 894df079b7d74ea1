"""``docs/commands.md``: every command with its help, as the program itself prints it.

``python -m services.commands.manual`` prints the page.
"""

import sys
from collections.abc import Iterator

import click
import typer.main


PREAMBLE = (
    "Printed by `python -m services.commands.manual`. Settings come from the environment; see"
    " [environment.md](../deploy/environment.md)."
)


def manual() -> str:
    """The page, from the commands as they are registered."""
    from services.cli import app  # here, because the command line imports every command

    command = typer.main.get_command(app)
    sections = [
        "# Commands",
        "",
        PREAMBLE,
    ]
    for name, found in _commands(command, "throughcare"):
        sections += ["", f"## {name}", "", *_described(found)]
    return "\n".join(sections) + "\n"


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from _commands(child, f"{name} {child.name}")
    else:
        yield name, command


def _described(command: click.Command) -> Iterator[str]:
    yield " ".join((command.help or "").split())
    shown = [p for p in command.params if not getattr(p, "hidden", False) and p.name != "help"]
    if shown:
        yield ""
        yield from (_parameter(parameter) for parameter in shown)


def _parameter(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        name = ", ".join(parameter.opts)
    else:
        name = parameter.make_metavar(click.Context(click.Command("throughcare"))).strip("[]")
    return f"- `{name}`: {getattr(parameter, 'help', None) or ''}".rstrip()


if __name__ == "__main__":
    sys.stdout.write(manual())
