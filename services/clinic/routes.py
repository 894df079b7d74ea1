"""Every address of the pages of the clinic."""

from fastapi import APIRouter

from services.clinic.arrival_page import arrival_router
from services.clinic.card_page import card_router
from services.clinic.consent_ask_page import consent_ask_router
from services.clinic.consent_page import consent_router
from services.clinic.court_page import court_router
from services.clinic.disclosure_page import disclosure_router
from services.clinic.emergency_page import emergency_router
from services.clinic.find_page import find_router
from services.clinic.identity_page import identity_router
from services.clinic.merge_page import merge_router
from services.clinic.new_person_page import new_person_router
from services.clinic.own_file_page import own_file_router
from services.clinic.proposals_page import proposals_router
from services.clinic.record_page import record_router
from services.clinic.review_page import review_router
from services.clinic.round.list_page import list_router
from services.clinic.round.overdose_page import overdose_router
from services.clinic.round.overdose_sent import overdose_sent
from services.clinic.round.paper_page import paper_router
from services.clinic.round.reads import reads_router
from services.clinic.round.routes import round_api
from services.clinic.round.shell_page import shell_router
from services.clinic.round.stops_page import stops_router
from services.clinic.round.work_off_page import work_off_router
from services.clinic.stays_page import stays_router
from services.shared.pages import Pages

PAGES = (
    find_router,
    new_person_router,
    identity_router,
    merge_router,
    arrival_router,
    stays_router,
    court_router,
    proposals_router,
    card_router,
    record_router,
    consent_router,
    consent_ask_router,
    own_file_router,
    disclosure_router,
    emergency_router,
    review_router,
    list_router,
    shell_router,
    work_off_router,
    stops_router,
    overdose_router,
    paper_router,
)


def clinic_router(pages: Pages) -> APIRouter:
    """All of them."""
    router = APIRouter()
    for made in PAGES:
        router.include_router(made(pages))
    router.include_router(round_api())
    router.include_router(reads_router())
    router.include_router(overdose_sent())
    return router
