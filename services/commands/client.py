"""``throughcare client``: the systems that may use the FHIR API."""

from pathlib import Path
from typing import Annotated

import typer

from services.access.clients import RegisteredClient, add_client, issue_token, list_clients, revoke_client
from services.access.people.journal import client as client_named
from services.access.systems.client_keys import add_keys, list_keys, revoke_key, set_address
from services.access.systems.key_address import acceptable
from services.access.systems.public_keys import public_keys
from services.commands.failure import CommandFailed
from services.commands.operator import log_change
from services.commands.output import AsJson, say, say_json
from services.settings import load_settings
from services.shared.installation import open_database

app = typer.Typer(
    help="Register the systems that may use the FHIR API, and give them tokens.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The client's name, for example: oat-centre-north")]
KeySet = Annotated[
    Path | None,
    typer.Option(
        "--jwks",
        help="A file with the client's public keys (a JWK set: RSA of 2048 bits or more, or EC P-384). It then gets tokens by "
        "SMART Backend Services, and its name is its client id.",
    ),
]
KeyAddress = Annotated[
    str | None,
    typer.Option("--jwks-url", help="The https address at which the client publishes its public keys."),
]


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
    jwks: KeySet = None,
    jwks_url: KeyAddress = None,
    role: Annotated[
        str | None,
        typer.Option(
            help="A role whose rules limit the client beside its scopes, for example treatment_centre_system. Without one it "
            "sees whatever its scopes allow. Needs --facility."
        ),
    ] = None,
    facility: Annotated[
        str | None,
        typer.Option(
            help="The id of the Organization that the client acts for: it keeps what the client writes."
        ),
    ] = None,
) -> None:
    """Register a client."""
    keys = public_keys(jwks.read_bytes()) if jwks else []
    address = acceptable(jwks_url) if jwks_url else None
    settings = load_settings()
    with open_database(settings) as database, database.transaction() as connection:
        add_client(connection, name, scope, source, role=role, facility=facility)
        add_keys(connection, name, keys)
        if address:
            set_address(connection, name, address)
        log_change(
            settings,
            connection,
            "client-added",
            client_named(name),
            scope=scope,
            granted=role,
            where=facility,
        )
    if keys or address:
        say(f"Client {name} added. It gets tokens with its keys; its client id is {name}.")
    else:
        say(f"Client {name} added. Give it a token: throughcare client token {name}")


@app.command("add-keys")
def add_more_keys(name: Name, jwks: KeySet = None, jwks_url: KeyAddress = None) -> None:
    """Register further public keys, or where they are published. Keys that are there stay until they are revoked."""
    keys = public_keys(jwks.read_bytes()) if jwks else []
    address = acceptable(jwks_url) if jwks_url else None
    if not keys and not address:
        raise CommandFailed("Name the keys with --jwks FILE or --jwks-url ADDRESS.")
    settings = load_settings()
    with open_database(settings) as database, database.transaction() as connection:
        add_keys(connection, name, keys)
        if address:
            set_address(connection, name, address)
        log_change(
            settings, connection, "client-keys-added", client_named(name), keys=[key.kid for key in keys]
        )
    say("Added.")


@app.command("keys")
def keys(name: Name, as_json: AsJson = False) -> None:
    """The public keys of a client."""
    with open_database(load_settings()) as database, database.transaction() as connection:
        listed = list_keys(connection, name)
    if as_json:
        say_json({"keys": [key._asdict() for key in listed]})
        return
    for key in listed:
        origin, state = "address" if key.fetched else "file", "revoked" if key.revoked_at else "active"
        say(f"{key.kid}  {key.algorithm}  {origin}  {state}")
    if not listed:
        say(f"No keys yet. Add some: throughcare client add-keys {name} --jwks FILE")


@app.command("revoke-key")
def revoke_one_key(
    name: Name, kid: Annotated[str, typer.Argument(help="The key's kid, as `client keys` lists it.")]
) -> None:
    """Trust a key no more, at once and for good. Tokens of the client end; it gets new ones with another key."""
    settings = load_settings()
    with open_database(settings) as database, database.transaction() as connection:
        revoke_key(connection, name, kid)
        log_change(settings, connection, "client-key-revoked", client_named(name), keys=[kid])
    say("The key is not trusted any more, and the client's tokens have ended.")


@app.command("token")
def token(name: Name) -> None:
    """Print a new bearer token, and nothing else. It is shown this once."""
    settings = load_settings()
    with open_database(settings) as database, database.transaction() as connection:
        issued = issue_token(connection, name)
        log_change(settings, connection, "client-token-issued", client_named(name))
    say(issued)


@app.command("revoke")
def revoke(name: Name) -> None:
    """Shut a client out, at once and for good."""
    settings = load_settings()
    with open_database(settings) as database, database.transaction() as connection:
        revoke_client(connection, name)
        log_change(settings, connection, "client-revoked", client_named(name))
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
                [
                    *(client.name, client.scope, _state(client)),
                    *filter(None, (client.source, client.role, client.facility)),
                ]
            )
        )
    if not clients:
        say('No clients yet. Add one: throughcare client add NAME --scope "system/*.cruds"')


def _state(client: RegisteredClient) -> str:
    return "revoked" if client.revoked_at else "active"
