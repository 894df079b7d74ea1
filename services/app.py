"""The web application: every service, behind one shell."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import cached_property, partial
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from fhir_store.errors import StoreError
from services.access.audit.log.audit_log import AuditLog
from services.access.audit.log.recent import Recent
from services.access.audit.log.unusual import look_all
from services.access.known_callers import KnownCallers
from services.access.pages.browser import Cookies
from services.access.pages.desk import Desk
from services.access.pages.routes import lead_to_sign_in
from services.access.systems.token_route import token_url
from services.clinic.day_closing import EVERY_S, close_days
from services.clinic.round.foreign_dose import follow_foreign_doses
from services.exchange.api import catalogue
from services.exchange.fhir_api import FhirApi
from services.exchange.interaction import Exchange
from services.exchange.links import Links
from services.exchange.openapi import with_fhir
from services.exchange.problems import translated
from services.ministry.cube import Cube, Records
from services.settings import Settings
from services.shared.body_limit import BodyLimit
from services.shared.cascade_source import feed_position, kept_cascade, records_of
from services.shared.database import Database
from services.shared.error_boundary import ErrorAnswers, ErrorBoundary, answer_errors
from services.shared.errors import Translate
from services.shared.house import KnownHouse
from services.shared.installation import installed_law, is_demo, store_of
from services.shared.language_choice import LanguageChoice
from services.shared.logs import configure_logging
from services.shared.pages import Pages
from services.shared.record_keys import open_keyring
from services.shared.regularly import regularly
from services.shared.request_log import RequestLog
from services.shared.secret_keys import secret_key
from services.shared.security import SecurityHeaders
from services.site import ASKED_OF_EVERY_ROUTE, site

DESCRIPTION = (
    "The clinical record for opioid agonist treatment and HIV care in prison and community, "
    "and the care cascade drawn from it."
)

# How long a stop waits for a count that is under way.
LAST_COUNT_S = 5.0

# How the errors of the packages below ``services`` are answered: one line per tree.
TRANSLATIONS: Mapping[type[Exception], Translate] = {StoreError: translated}


class Application(FastAPI):
    """The framework's application, whose OpenAPI document also describes the FHIR API in front of its routes."""

    def openapi(self) -> dict[str, Any]:
        return self._document

    @cached_property
    def _document(self) -> dict[str, Any]:
        return with_fhir(super().openapi(), self.state.exchange.catalogue.interactions)


def create_app(settings: Settings, database: Database, audit: AuditLog | None = None) -> FastAPI:
    """The application on a database that is ready. What a request needs of it is in ``app.state``.

    ``audit`` is for measuring what the log costs: one that is not given is the installation's.
    """
    configure_logging(settings.log_level)
    keyring = open_keyring(settings.key_places, database)
    cube = Cube(
        Records(partial(records_of, database, keyring), partial(feed_position, database)),
        kept_cascade(settings.home),
        zone=settings.facility_zone,
        key=secret_key(settings.home, "pseudonym"),
    )
    callers = KnownCallers(database)
    zone = ZoneInfo(settings.facility_zone)
    audit = audit or AuditLog(database, settings.home, [partial(look_all, zone=zone, recent=Recent())])
    app = Application(
        title="Throughcare",
        description=DESCRIPTION,
        version=version("throughcare"),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # A redirect would repeat the address, with all that is in it.
        redirect_slashes=False,
        # The site's routes ask it already; one that is added to the application later asks it too.
        dependencies=ASKED_OF_EVERY_ROUTE,
        lifespan=_lifespan(cube, callers, audit),
        # It would tell whoever collects it the addresses that were asked, with the ids in them.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.database = database
    app.state.cube = cube
    app.state.audit = audit
    app.state.desk = Desk(database, settings)
    app.state.exchange = Exchange(
        database,
        store_of(settings.facility_zone, keyring),
        Links(secret_key(settings.home, "links")),
        catalogue(),
        audit,
        KnownHouse(keyring),
        token_url(settings.base_url),
    )
    with database.transaction() as connection:
        app.state.demo = is_demo(connection)
    app.state.law = installed_law(settings, demo=app.state.demo)
    store = app.state.exchange.store
    follow = partial(follow_foreign_doses, store, app.state.law, audit)
    app.state.exchange = replace(
        app.state.exchange, follow=follow, followed=frozenset({"MedicationAdministration"})
    )

    made = site(
        settings.language, settings.facility_zone, pseudo_locale=settings.pseudo_locale, demo=app.state.demo
    )
    app.router.routes.extend(made.routes)
    _surround(app, settings, made.pages, callers)
    return app


def _lifespan(
    cube: Cube, callers: KnownCallers, audit: AuditLog
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Count once at start if there is a page that shows it, and let a count under way end before the rest stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if app.state.demo or app.state.settings.ministry_confidential:
            cube.start()
        with callers.remembering(), audit.running(), regularly([_closing_days(app)], EVERY_S, "day close"):
            yield
        await run_in_threadpool(cube.wait, LAST_COUNT_S)

    return lifespan


def _closing_days(app: FastAPI) -> Callable[[], None]:
    state = app.state
    return partial(close_days, state.database, state.exchange.store, state.law, state.audit)


def _surround(app: FastAPI, settings: Settings, pages: Pages, callers: KnownCallers) -> None:
    """Everything that happens around a route. Each addition surrounds those before it."""
    answers = ErrorAnswers(app, pages, TRANSLATIONS)
    answer_errors(app, answers)
    lead_to_sign_in(app)
    app.add_middleware(
        FhirApi,
        exchange=app.state.exchange,
        callers=callers,
        public_url=settings.public_url,
        threads=settings.fhir_threads,
    )
    app.add_middleware(BodyLimit, megabytes=settings.max_body_mb)
    app.add_middleware(ErrorBoundary, answers=answers)
    app.add_middleware(Cookies)
    app.add_middleware(LanguageChoice, languages=pages.languages)
    app.add_middleware(SecurityHeaders, https=settings.is_https)
    app.add_middleware(RequestLog)
