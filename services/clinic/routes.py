"""Every address of the pages of the clinic."""

from fastapi import APIRouter

from services.clinic.arrival_page import arrival_router
from services.clinic.card_page import card_router
from services.clinic.chart.page import chart_router
from services.clinic.chart.paper_page import paper_router as chart_paper_router
from services.clinic.chart.withdrawal_page import withdrawal_router
from services.clinic.consent_ask_page import consent_ask_router
from services.clinic.consent_page import consent_router
from services.clinic.court_page import court_router
from services.clinic.disclosure_page import disclosure_router
from services.clinic.emergency_page import emergency_router
from services.clinic.find_page import find_router
from services.clinic.identity_page import identity_router
from services.clinic.injuries.page import injuries_router
from services.clinic.merge_page import merge_router
from services.clinic.new_person_page import new_person_router
from services.clinic.orders.act_page import act_router
from services.clinic.orders.after_page import after_router
from services.clinic.orders.countersign_page import countersign_router
from services.clinic.orders.new_page import new_order_router
from services.clinic.orders.orders_page import orders_router
from services.clinic.orders.sanction_page import sanction_router
from services.clinic.orders.telephone_page import telephone_router
from services.clinic.orders.times_page import times_router
from services.clinic.own_file_page import own_file_router
from services.clinic.proposals_page import proposals_router
from services.clinic.protocol_page import protocol_router
from services.clinic.reception.calls_page import calls_router
from services.clinic.reception.page import reception_router
from services.clinic.record_page import record_router
from services.clinic.review_page import review_router
from services.clinic.round.list_page import list_router
from services.clinic.round.overdose_page import overdose_router
from services.clinic.round.overdose_sent import overdose_sent
from services.clinic.round.paper_page import paper_router
from services.clinic.round.pour_page import pour_router
from services.clinic.round.reads import reads_router
from services.clinic.round.routes import round_api
from services.clinic.round.shell_page import shell_router
from services.clinic.round.stops_page import stops_router
from services.clinic.round.wing_page import wing_router
from services.clinic.round.work_off_page import work_off_router
from services.clinic.shift.on_call_page import on_call_router
from services.clinic.shift.page import shift_router
from services.clinic.stays_page import stays_router
from services.clinic.worklists.page import worklists_router
from services.shared.pages import Pages

PAGES = (
    shift_router,
    worklists_router,
    find_router,
    new_person_router,
    identity_router,
    merge_router,
    arrival_router,
    stays_router,
    reception_router,
    calls_router,
    injuries_router,
    court_router,
    proposals_router,
    card_router,
    chart_router,
    chart_paper_router,
    record_router,
    orders_router,
    new_order_router,
    act_router,
    telephone_router,
    sanction_router,
    countersign_router,
    after_router,
    times_router,
    consent_router,
    consent_ask_router,
    own_file_router,
    disclosure_router,
    emergency_router,
    review_router,
    list_router,
    pour_router,
    shell_router,
    work_off_router,
    stops_router,
    overdose_router,
    paper_router,
    protocol_router,
    withdrawal_router,
    wing_router,
)


def clinic_router(pages: Pages) -> APIRouter:
    """All of them."""
    router = APIRouter()
    for made in PAGES:
        router.include_router(made(pages))
    router.include_router(on_call_router())
    router.include_router(round_api())
    router.include_router(reads_router())
    router.include_router(overdose_sent())
    return router
