"""What a role is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from services.access.roles.rule import Interaction, Rule


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

    def rules_for(self, interaction: Interaction, type_: str) -> tuple[Rule, ...]:
        """Those of its rules that say something of an interaction with a type: a list of 300 people asks for each."""
        return self._by_what.get((interaction, type_), ())

    @cached_property
    def _by_what(self) -> Mapping[tuple[Interaction, str], tuple[Rule, ...]]:
        found: dict[tuple[Interaction, str], tuple[Rule, ...]] = {}
        for rule in self.rules:
            for what in ((may, on) for may in rule.may for on in rule.on):
                found[what] = (*found.get(what, ()), rule)
        return found
