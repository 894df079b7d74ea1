"""What the shell of a page knows of whoever has it open."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request


@dataclass(frozen=True)
class Visit:
    """The person who is signed in, if any, and what the page's forms and its script need."""

    csrf: str = ""
    """What every form of the page carries; empty where there is no session."""
    name: str | None = None
    """Of whoever is signed in; None also while the session is locked, when no page names anybody."""
    treats: bool = False
    """Whether the person has a role that sees records, so that the pages of the clinic are of use to them."""
    stock: bool = False
    """Whether the person has a role that sees the register of controlled medicines."""
    begins: frozenset[str] = frozenset()
    """The sections that are the whole work of a role of the person, by the first part of their addresses."""
    locked: bool = False
    hides_after_s: int = 0
    """Seconds without a touch; 0: this browser is no shared tablet, and its screen is not hidden."""
    locks_after_s: int = 0


Visits = Callable[[Request], Visit]
"""Says who has the page open that answers a request."""

NOBODY = Visit()
