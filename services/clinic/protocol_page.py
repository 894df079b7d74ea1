"""The numbers of the country: each with its source, and whether somebody of the country stands for it.

What is called here by its name in the protocol's file is described in ``clinical/protocols/README.md``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from clinical.oat.law import DECIDED_BY_LAW
from clinical.protocols import Protocol
from clinical.protocols.protocol import Parameter, Status
from services.access.audit import kinds
from services.clinic.actors import Clinician
from services.clinic.round.actors import law_of
from services.shared.languages import N_, gettext
from services.shared.pages import Pages

PROTOCOL = "/protocol"

GROUPS = {
    "oat": N_("Opioid agonist treatment"),
    "register": N_("Register of controlled medicines"),
    "reception": N_("Reception"),
    "consent": N_("Consent"),
    "own-file": N_("The person's own file"),
    "people": N_("People"),
    "custody": N_("Custody"),
}
"""By the first part of a parameter's name; others stand under that part itself."""
YES, NO = N_("yes"), N_("no")


@dataclass(frozen=True)
class SetLine:
    """One parameter. ``values``: one text, or one for each row of a table."""

    name: str
    values: tuple[str, ...]
    source: str
    version: str
    approved_by: str
    """Empty: nobody has approved it."""


@dataclass(frozen=True)
class ProtocolPage:
    """All that is set, and what the law decides and nobody has set. Titles wait for their translation."""

    groups: tuple[tuple[str, tuple[SetLine, ...]], ...]
    not_set: tuple[str, ...]
    proposed: int
    all: int


def protocol_router(pages: Pages) -> APIRouter:
    """The address."""
    router = APIRouter(prefix=PROTOCOL, include_in_schema=False)

    @router.get("")
    def protocol(request: Request, asking: Clinician) -> Response:
        asking.log(kinds.view(asking.circumstances(asking.purpose.value), "protocol"))
        return pages.render(request, "clinic/protocol.html", _page(law_of(asking)))

    return router


def _page(law: Protocol) -> ProtocolPage:
    return ProtocolPage(
        tuple(_groups(law.parameters)),
        law.not_set(*DECIDED_BY_LAW),
        law.proposed,
        len(law.parameters),
    )


def _groups(parameters: Mapping[str, Parameter]) -> Iterator[tuple[str, tuple[SetLine, ...]]]:
    found = dict.fromkeys([*GROUPS, *(name.partition(".")[0] for name in parameters)])
    for group in found:
        lines = tuple(_line(name, one) for name, one in parameters.items() if name.partition(".")[0] == group)
        if lines:
            yield GROUPS.get(group, group), lines


def _line(name: str, one: Parameter) -> SetLine:
    approved = one.status is Status.APPROVED
    return SetLine(
        name,
        tuple(_texts(one.value)),
        one.source,
        one.guideline_version or "",
        one.approved_by or "" if approved else "",
    )


def _texts(value: Any) -> Sequence[str]:
    if isinstance(value, list) and any(isinstance(row, dict) for row in value):
        return [", ".join(f"{name} {_text(one)}" for name, one in row.items()) for row in value]
    return [_text(value)]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return gettext(YES if value else NO)
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)
