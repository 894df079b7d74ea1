"""Login names: one person types ``Ana.Petrović``, another ``ana.petrović``, and it is one account."""

import re
import unicodedata

from services.access.people.errors import LoginRefused

SHAPE = re.compile(r"[\w.-]{3,64}")

LOOKED_AT = 256
"""Characters of what was typed: nobody has a longer name, and folding megabytes takes long."""


def folded(typed: str) -> str:
    """The login name as it is kept and compared: NFKC, without case."""
    composed = unicodedata.normalize("NFKC", typed[:LOOKED_AT].strip())
    name = unicodedata.normalize("NFKC", composed.casefold())
    # Neither the database nor a hash takes a zero byte or half a surrogate pair; no account has one.
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)


def accepted(typed: str) -> str:
    """The login name of a new account, folded. Raises LoginRefused."""
    login = folded(typed)
    if not SHAPE.fullmatch(login):
        raise LoginRefused
    return login
