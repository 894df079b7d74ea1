"""Every address of the pages on people."""

from fastapi import APIRouter, FastAPI

from services.access.pages.account_page import account_router
from services.access.pages.activate_page import activate_router
from services.access.pages.credentials_page import credentials_router
from services.access.pages.elsewhere_page import elsewhere_router
from services.access.pages.proofs_page import proofs_router
from services.access.pages.prove_page import prove_router
from services.access.pages.session_page import session_router
from services.access.pages.sign_in_page import sign_in_router
from services.access.pages.signed_in import GoTo, lead_there
from services.access.pages.tablet_page import tablet_router
from services.access.pages.unlock_page import unlock_router
from services.shared.pages import Pages

PAGES = (
    sign_in_router,
    elsewhere_router,
    activate_router,
    unlock_router,
    account_router,
    credentials_router,
    prove_router,
    proofs_router,
    tablet_router,
)


def people_router(pages: Pages) -> APIRouter:
    """All of them."""
    router = APIRouter()
    router.include_router(session_router())
    for made in PAGES:
        router.include_router(made(pages))
    return router


def lead_to_sign_in(app: FastAPI) -> None:
    """Answer whoever has to sign in or unlock first by leading there."""
    app.add_exception_handler(GoTo, lead_there)
