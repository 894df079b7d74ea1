"""The page on which somebody's withdrawal is scored: on paper eleven questions, here one page and one press."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from clinical.people import Identity
from services.access.decision.one_by_one import treating
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.chart.withdrawal import Withdrawal, keep_score, withdrawal_of
from services.clinic.consent_form import Unfit
from services.clinic.consent_keeping import somebody
from services.clinic.find_page import PEOPLE
from services.clinic.reading import log_shown
from services.shared.languages import N_
from services.shared.pages import Pages

WITHDRAWAL = f"{PEOPLE}/withdrawal"
KEPT = N_("The score is recorded.")


@dataclass(frozen=True)
class WithdrawalPage:
    """Of one person."""

    person: str
    identity: Identity
    withdrawal: Withdrawal
    said: str
    wrong: str


async def typed_in(request: Request) -> Mapping[str, str]:
    """The texts of the form."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


Typed = Annotated[Mapping[str, str], Depends(typed_in)]


def withdrawal_router(pages: Pages) -> APIRouter:
    """The addresses. They work without scripts."""
    router = APIRouter(prefix=WITHDRAWAL, include_in_schema=False)

    @router.post("")
    def form(request: Request, asking: Clinician, typed: Typed) -> Response:
        return _answer(pages, asking, typed.get("person", ""), {})

    @router.post("/keep")
    def keep(request: Request, asking: Clinician, typed: Typed) -> Response:
        person = typed.get("person", "")
        try:
            asking.database.run(
                lambda connection: keep_score(asking, connection, somebody(asking, connection, person), typed)
            )
        except Unfit as unfit:
            return _answer(pages, asking, person, typed, wrong=unfit.words)
        return _answer(pages, asking, person, {}, KEPT)

    return router


def _answer(
    pages: Pages, asking: Asking, id_: str, typed: Mapping[str, str], said: str = "", wrong: str = ""
) -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = somebody(asking, connection, id_)
        treated_at = treating(cursor, patient.actor, id_, asking.day)
        withdrawal = withdrawal_of(asking, cursor, patient, treated_at, typed)
    log_shown(asking, patient, "$withdrawal", len(withdrawal.scores))
    page = WithdrawalPage(id_, patient.identity, withdrawal, said, wrong)
    return pages.render(asking.request, "clinic/withdrawal.html", page, status=422 if wrong else 200)
