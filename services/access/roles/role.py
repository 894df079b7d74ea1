"""What a role is."""

from dataclasses import dataclass

from services.access.roles.rule import Rule


@dataclass(frozen=True)
class Role:
    """What somebody may do who holds it, at the facilities and for the time for which it was granted."""

    code: str
    """As it is stored: never changed."""
    title: str
    """In English, as the screens translate it."""
    words: str
    """What it may do, in words that its holder understands."""
    is_clinical: bool
    """Whether its holder may see records of patients as one who treats them."""
    granted_by: frozenset[str]
    """Codes of the roles whose holders grant it, each at facilities of their own. Nobody grants to themselves."""
    rules: tuple[Rule, ...]
    """What it may do, in code; the words say the same."""
    may_dose: bool = False
    """Whether its holder may give medicines, and so always sees the safety set."""
