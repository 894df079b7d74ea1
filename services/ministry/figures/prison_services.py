"""Which service each prison has: a table that is looked at like a picture."""

from services.ministry.numbers import Numbers
from services.ministry.places import Place, places
from services.ministry.section import Column, Section, Service, Table
from services.shared.formats import count
from services.shared.languages import gettext as _

NAME = "prison-services"
ORDER = 80


def section(numbers: Numbers) -> Section:
    """A row for each prison, by name."""
    prisons = places(numbers.view, "prison")
    return Section(
        NAME,
        _("Which service each prison has"),
        _headline(prisons),
        "",
        _table(prisons),
        (),
        notes=(
            _(
                "As the facilities' own records say. A prison that says nothing of a service is shown without it."
            ),
        ),
        picture=True,
    )


def _headline(prisons: tuple[Place, ...]) -> str:
    if not prisons:
        return _("No prison is in the records.")
    numbers = {
        "of": count(len(prisons)),
        "start": count(sum(prison.oat == "initiate" for prison in prisons)),
        "art": count(sum(prison.art for prison in prisons)),
        "hts": count(sum(prison.hts for prison in prisons)),
    }
    return (
        _(
            "Of the prisons, %(start)s of %(of)s may start people on OAT, %(art)s of %(of)s give ART, %(hts)s of %(of)s test for HIV."
        )
        % numbers
    )


def _table(prisons: tuple[Place, ...]) -> Table:
    no = Service(_("no"), "none")
    oat = {
        "none": no,
        "continue_only": Service(_("continues only"), "part"),
        "initiate": Service(_("starts"), "full"),
    }
    yes = {True: Service(_("yes"), "full"), False: no}
    return Table(
        _("Services by prison"),
        (
            Column("prison", _("Prison"), "name"),
            Column("oat", _("OAT"), "service"),
            Column("art", _("ART"), "service"),
            Column("hiv_testing", _("HIV testing"), "service"),
        ),
        tuple((one.name, oat[one.oat], yes[one.art], yes[one.hts]) for one in prisons),
    )
