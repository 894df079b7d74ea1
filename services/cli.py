"""``throughcare``: one command line for everything that is not a page or the API.

Of the commands only the one that was asked for is imported: all of them together take as long to import as most of them
take to run.
"""

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import NoReturn

import typer

from services.commands.failure import explained

COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("serve", "serve"),
    "migrate": ("migrate", "migrate_database"),
    "import": ("import_files", "import_files"),
    "export": ("export", "export"),
    "movements": ("movements", "movements"),
    "rebuild": ("rebuild", "rebuild_all"),
    "doctor": ("doctor", "doctor"),
    "demo": ("demo", "demo"),
    "demo-country": ("demo_country", "demo_country"),
    "audit": ("audit", "app"),
    "key": ("key", "app"),
    "person": ("person", "app"),
    "cascade": ("cascade", "app"),
    "client": ("client", "app"),
    "account": ("account", "app"),
}
"""The module of ``services.commands`` and what in it each command is: a function, or a group of further commands."""


def command_line(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with these commands."""
    app = typer.Typer(
        name="throughcare",
        help="The clinical record for opioid agonist treatment and HIV care, and the care cascade drawn from it.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    # With a callback a command is called by its name, even if it is the only one.
    app.callback()(lambda: None)
    for name in names:
        _add(app, name)
    return app


def _add(app: typer.Typer, name: str) -> None:
    module, member = COMMANDS[name]
    found = getattr(import_module(f"services.commands.{module}"), member)
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name)
    else:
        app.command(name)(found)


def main() -> NoReturn:
    """Run a command; what goes wrong and can be mended is said in one line."""
    asked = sys.argv[1:2]
    with explained():
        command_line(asked if COMMANDS.keys() & asked else COMMANDS)()
    sys.exit(0)


if __name__ == "__main__":
    main()
