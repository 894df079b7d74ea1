"""``throughcare``: one command line for everything that is not a page or the API."""

import sys
from typing import NoReturn

import typer

from services.commands import (
    account,
    audit,
    cascade,
    client,
    demo,
    demo_country,
    doctor,
    export,
    import_files,
    migrate,
    rebuild,
    serve,
)
from services.commands.failure import explained

app = typer.Typer(
    name="throughcare",
    help="The clinical record for opioid agonist treatment and HIV care, and the care cascade drawn from it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("serve")(serve.serve)
app.command("migrate")(migrate.migrate_database)
app.command("import")(import_files.import_files)
app.command("export")(export.export)
app.command("rebuild")(rebuild.rebuild_all)
app.command("doctor")(doctor.doctor)
app.command("demo")(demo.demo)
app.command("demo-country")(demo_country.demo_country)
app.add_typer(audit.app, name="audit")
app.add_typer(cascade.app, name="cascade")
app.add_typer(client.app, name="client")
app.add_typer(account.app, name="account")


def main() -> NoReturn:
    """Run a command; what goes wrong and can be mended is said in one line."""
    with explained():
        app()
    sys.exit(0)


if __name__ == "__main__":
    main()
