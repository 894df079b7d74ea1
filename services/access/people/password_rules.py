"""What a password may be: long, and not one that is tried first. Nothing about kinds of characters."""

import unicodedata

from services.access.people.common_passwords import COMMON
from services.access.people.errors import PasswordRefused
from services.shared.languages import N_

SHORTEST = 12
"""Characters. Proposed."""

LONGEST = 128
"""Characters: hashing must not be given megabytes. Proposed."""

LENGTH = N_("A password has 12 to 128 characters. Several words in a row are easy to keep in mind.")
TOO_COMMON = N_("This password is among those that are tried first. Choose another one.")


def normal(password: str) -> str:
    """The password as it is hashed: two keyboards may send one letter in two ways."""
    return unicodedata.normalize("NFKC", password.encode(errors="replace").decode())


def accepted(password: str, login: str) -> str:
    """The password as it is hashed, if it may be used by the holder of ``login``. Raises PasswordRefused."""
    chosen = normal(password) if could_be_one(password) else ""
    if not SHORTEST <= len(chosen) <= LONGEST:
        raise PasswordRefused(LENGTH)
    folded = chosen.casefold()
    if folded in COMMON or folded == login or len(set(folded)) == 1:
        raise PasswordRefused(TOO_COMMON)
    return chosen


def could_be_one(password: str) -> bool:
    """Whether it is worth comparing: nobody has a longer one."""
    return len(password) <= LONGEST
