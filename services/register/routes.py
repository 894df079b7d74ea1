"""Every address of the register."""

from fastapi import APIRouter

from services.register.book_page import book_router
from services.register.confirm_page import confirm_router
from services.register.discrepancy_page import discrepancy_router
from services.register.entry_page import entry_router
from services.register.issue_page import issue_router
from services.register.overview_page import overview_router
from services.shared.pages import Pages

PAGES = (overview_router, book_router, issue_router, entry_router, confirm_router, discrepancy_router)


def register_router(pages: Pages) -> APIRouter:
    """All of them."""
    router = APIRouter()
    for made in PAGES:
        router.include_router(made(pages))
    return router
