"""Names that people give to accounts, devices and keys. Pure."""

from services.access.people.errors import NameRefused

LONGEST = 120


def checked_name(typed: str) -> str:
    """The name, without blanks around it. Raises NameRefused."""
    name = typed.strip()
    if not 1 <= len(name) <= LONGEST or not name.isprintable():
        raise NameRefused
    return name
