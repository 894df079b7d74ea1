"""Which interaction answers a request: found by its method and the form of its address."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.exchange.interaction import Interaction
from services.shared.errors import MethodNotAllowed, NotFound

WORDS = {"metadata", ".well-known"}
"""First segments that are no resource types; others of their kind begin with ``_`` or ``$``."""


@dataclass(frozen=True)
class Found:
    """An interaction with the named parts of the address it was asked at."""

    interaction: Interaction
    segments: dict[str, str]


class Catalogue:
    """Every interaction that this server offers."""

    def __init__(self, interactions: Iterable[Interaction]) -> None:
        self.interactions = tuple(interactions)
        self._by_form: dict[tuple[str, ...], dict[str, Interaction]] = {}
        for one in self.interactions:
            form = _form(one.path.split("/") if one.path else [])
            self._by_form.setdefault(form, {})[one.method] = one

    def find(self, method: str, address: list[str]) -> Found:
        """The interaction for the segments behind the base. Raises NotFound, MethodNotAllowed, NotServed."""
        by_method = self._by_form.get(_form(address))
        if by_method is None or any("\x00" in part for part in address):
            raise NotFound(
                "There is no such address in the FHIR API. GET /fhir/metadata lists what there is."
            )
        interaction = by_method.get(method)
        if interaction is None:
            raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(by_method))})
        return Found(interaction, interaction.segments_of(address))


def _form(address: list[str]) -> tuple[str, ...]:
    """The address with a star for every part that may differ."""
    if address[:1] and address[0] in WORDS:
        return tuple(address)
    return tuple(part if part[:1] in "_$" else "*" for part in address)
