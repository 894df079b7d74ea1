"""The one decision function: deny by default.

Today it knows system clients and their scopes. Roles, facilities, treatment relationships, labels and
purposes join it here and nowhere else.
"""

from services.access.clients import Client

LETTERS = {"create": "c", "read": "r", "update": "u", "delete": "d", "search": "s"}


def may(client: Client, interaction: str, type_: str) -> bool:
    """Whether a client may do the interaction (create, read, update, delete, search) on a resource type."""
    letter = LETTERS.get(interaction)
    return letter is not None and client.scopes.allow(letter, type_)
