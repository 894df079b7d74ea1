"""Login names: one person types ``Ana.Petrović``, another ``ana.petrović``, and it is one account."""

import re
import unicodedata

from services.access.people.errors import LoginRefused

SHAPE = re.compile(r"[\w.-]{3,64}")


def folded(typed: str) -> str:
    """The login name as it is kept and compared: NFKC, without case."""
    composed = unicodedata.normalize("NFKC", typed.strip())
    return unicodedata.normalize("NFKC", composed.casefold())


def accepted(typed: str) -> str:
    """The login name of a new account, folded. Raises LoginRefused."""
    login = folded(typed)
    if not SHAPE.fullmatch(login):
        raise LoginRefused
    return login
