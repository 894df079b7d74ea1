"""What a system client may do: what its scopes say, of a type as a whole or of what a condition finds."""

from collections.abc import Iterable

from fhir_store.gate import served_types
from fhir_store.search import Context, condition_on
from fhir_store.sql import Sql, any_of
from services.access.clients import Client
from services.access.scopes import ANY

LETTERS = {"create": "c", "read": "r", "update": "u", "delete": "d", "search": "s"}


def may_in_part(client: Client, interaction: str, type_: str) -> bool:
    """Whether a client may do the interaction on some resources of a type at least: ``seen_by`` tells on which."""
    letter = LETTERS.get(interaction, "")
    return client.scopes.allow(letter, type_) or bool(client.scopes.conditions(letter, type_))


def may(client: Client, interaction: str, type_: str) -> bool:
    """Whether a client may do the interaction (create, read, update, delete, search) on every resource of a type."""
    letter = LETTERS.get(interaction)
    return letter is not None and client.scopes.allow(letter, type_)


def seen_by(client: Client, interactions: Iterable[str], context: Context) -> Sql | None:
    """Which resources ``c`` of current_resource a client may see by one of the interactions; None: all."""
    letters = [LETTERS[interaction] for interaction in interactions]
    if any(client.scopes.allow(letter, ANY) for letter in letters):
        return None
    whole = [type_ for type_ in served_types() if any(client.scopes.allow(one, type_) for one in letters)]
    limits = {
        (type_, condition)
        for type_ in served_types()
        for letter in letters
        for condition in client.scopes.conditions(letter, type_)
    }
    in_part = [condition_on(type_, condition, context) for type_, condition in sorted(limits)]
    return any_of([Sql("c.type = ANY(%s)", (whole,)), *in_part])
