"""``throughcare client``: the systems that may use the FHIR API."""

from typing import Annotated

import typer

from services.access.clients import RegisteredClient, add_client, issue_token, list_clients, revoke_client
from services.commands.output import AsJson, say, say_json
from services.settings import load_settings
from services.shared.installation import open_database

app = typer.Typer(
    help="Register the systems that may use the FHIR API, and give them tokens.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The client's name, for example: oat-centre-north")]


@app.command("add")
def add(
    name: Name,
    scope: Annotated[str, typer.Option(help='SMART v2 scopes, for example: "system/*.cruds"')],
    source: Annotated[
        str | None,
        typer.Option(
            help="The base URL of the client's own records, if it has ids of its own: its Patient/1 is then kept "
            "under an id of ours, apart from anybody else's Patient/1."
        ),
    ] = None,
) -> None:
    """Register a client."""
    with open_database(load_settings()) as database, database.transaction() as connection:
        add_client(connection, name, scope, source)
    say(f"Client {name} added. Give it a token: throughcare client token {name}")


@app.command("token")
def token(name: Name) -> None:
    """Print a new bearer token, and nothing else. It is shown this once."""
    with open_database(load_settings()) as database, database.transaction() as connection:
        issued = issue_token(connection, name)
    say(issued)


@app.command("revoke")
def revoke(name: Name) -> None:
    """Shut a client out, at once and for good."""
    with open_database(load_settings()) as database, database.transaction() as connection:
        revoke_client(connection, name)
    say(f"Client {name} is shut out.")


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """The clients, with their scopes."""
    with open_database(load_settings()) as database, database.transaction() as connection:
        clients = list_clients(connection)
    if as_json:
        say_json({"clients": [client._asdict() for client in clients]})
        return
    for client in clients:
        say(
            "  ".join(
                [client.name, client.scope, _state(client), *([client.source] if client.source else [])]
            )
        )
    if not clients:
        say('No clients yet. Add one: throughcare client add NAME --scope "system/*.cruds"')


def _state(client: RegisteredClient) -> str:
    return "revoked" if client.revoked_at else "active"
