"""The front page: what this is, and for whom."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.shared.actors import Public
from services.shared.languages import gettext as _
from services.shared.pages import Pages


@dataclass(frozen=True)
class Audience:
    """A group of people and what they find here. Without an address it does not exist yet."""

    icon: str
    name: str
    promise: str
    address: str | None
    invitation: str


@dataclass(frozen=True)
class LandingPage:
    """The front page."""

    audiences: tuple[Audience, ...]
    fhir_base: str


def landing_router(pages: Pages) -> APIRouter:
    """The route of the front page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def landing(request: Request, public: Public) -> HTMLResponse:
        fhir_base = f"{request.app.state.settings.base_url}/fhir"
        return pages.render(request, "shared/landing.html", LandingPage(audiences(), fhir_base))

    return router


def audiences() -> tuple[Audience, ...]:
    """Whom the product is for; those whose part is not built have no address."""
    return (
        Audience(
            "clinic",
            _("Prison clinics"),
            _(
                "A methadone round on a tablet that works without a network, is faster and safer than paper, "
                "and never loses a dose."
            ),
            "/people",
            _("Find a person"),
        ),
        Audience(
            "custody",
            _("Custody officers"),
            _("Who has to be where at what time, and who is fit for transfer. Never why."),
            "/custody",
            _("Open the movement list"),
        ),
        Audience(
            "exchange",
            _("Treatment centres"),
            _(
                "The whole record over FHIR R4: on the day of release to the community, and back again on re-arrest."
            ),
            "/docs",
            _("Read about the API"),
        ),
        Audience(
            "ministry",
            _("Ministries of health"),
            _(
                "The care cascade for opioid agonist treatment, HIV and hepatitis, by prison and community, "
                "from the records themselves."
            ),
            "/ministry",
            _("Open the dashboard"),
        ),
        Audience(
            "evaluation",
            _("Programme evaluators"),
            _("Anonymised data whose safety is proved before it leaves, with a codebook."),
            None,
            "",
        ),
    )
