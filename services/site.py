"""The pages of every service and their routes: what does not depend on an installation.

Making the routes takes a third of a second, so a process that makes several applications makes them once.
"""

from dataclasses import dataclass
from functools import cache

from fastapi import Depends, FastAPI
from starlette.routing import BaseRoute

from services.access.auditor.routes import auditor_router
from services.access.pages.forgery import not_forged
from services.access.pages.routes import people_router
from services.access.pages.visits import known_visit, visit_of
from services.access.systems.token_route import token_router
from services.clinic.routes import clinic_router
from services.custody.routes import custody_router
from services.demo.try_as import try_as_router
from services.inspection.routes import inspection_router
from services.ministry.routes import ministry_router
from services.register.routes import register_router
from services.shared import health
from services.shared.api_docs import api_docs_router
from services.shared.assets import Assets, assets_router
from services.shared.landing import landing_router
from services.shared.languages import installed_languages
from services.shared.pages import Pages
from services.shared.preferences import preferences_router

ASKED_OF_EVERY_ROUTE = [Depends(not_forged)]


@dataclass(frozen=True)
class Site:
    """``routes`` find whatever is an installation's in the state of the application that they are put into."""

    pages: Pages
    routes: tuple[BaseRoute, ...]


@cache
def site(language: str, zone: str, *, pseudo_locale: bool, demo: bool) -> Site:
    """The pages as shown in a language and zone; a demo has a few more."""
    languages = installed_languages(language, pseudo=pseudo_locale)
    assets = Assets()
    pages = Pages(assets, languages, zone, visit_of, known_visit)
    made = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, dependencies=ASKED_OF_EVERY_ROUTE)
    for router in (
        landing_router(pages),
        ministry_router(pages),
        inspection_router(pages),
        custody_router(pages),
        register_router(pages),
        people_router(pages),
        clinic_router(pages),
        auditor_router(pages),
        token_router(),
        api_docs_router(pages),
        preferences_router(languages),
        assets_router(assets),
        health.router,
        *([try_as_router(pages)] if demo else []),
    ):
        made.include_router(router)
    return Site(pages, tuple(made.router.routes))
