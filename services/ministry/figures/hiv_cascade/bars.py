"""The bars of the cascade: each step with both denominators in words, and who is lost on the way to the next."""

from collections.abc import Iterator

from services.ministry.by_setting import place_names
from services.ministry.drawing.bars import Bar, Steps
from services.ministry.drawing.palette import COMMUNITY, COUNTRY, PRISON
from services.ministry.drawing.steps import steps
from services.ministry.figures.hiv_cascade.counts import Cascade
from services.ministry.numbers import ALL, Count
from services.ministry.places import Stated
from services.ministry.rules import share
from services.ministry.section import Drawing
from services.shared.formats import count, percent
from services.shared.languages import gettext as _


def cascade_drawing(places: dict[str, Cascade], *, late: bool) -> Drawing:
    """The country above, prison beside community; all hatched if the year is ``late``."""
    says = _(
        "Bars of people living with HIV, diagnosed, on ART, with a viral load and suppressed: for the country, for prison"
        " and for the community. The table below has the same numbers."
    )
    colours = {ALL: COUNTRY, "prison": PRISON, "community": COMMUNITY}
    panels = {
        name: Steps(place_names()[name], tuple(_bars(one)), colours[name], provisional=late)
        for name, one in places.items()
    }
    settings = [panel for name, panel in panels.items() if name != ALL]
    rows = [[panels[ALL]], *([settings] if settings else [])]
    return Drawing(steps(rows, narrow=False), steps(rows, narrow=True), says)


def _bars(one: Cascade) -> Iterator[Bar]:
    estimate, treated = one.estimate, one.treated
    if estimate is not None:
        yield Bar(
            _("Living with HIV, an estimate"),
            estimate.n,
            count(round(estimate.n)),
            words=_bounds(estimate),
            estimate=True,
            bounds=None if estimate.low is None or estimate.high is None else (estimate.low, estimate.high),
        )
    yield Bar(_("Diagnosed"), one.diagnosed, count(one.diagnosed), words=_known(one), lost=_untreated(one))
    yield Bar(
        _("On ART"), treated.n, count(treated.n), words=_treated(one), joined=True, lost=_undiagnosed(one)
    )
    yield from _viral_load(one)


def _viral_load(one: Cascade) -> Iterator[Bar]:
    on_art = one.tested.of or 0
    yield Bar(
        _("On ART for over six months"),
        on_art,
        count(on_art),
        lost=_some(_("%(n)s untested, so not known"), on_art - one.tested.n),
        heading=_("Viral load: not out of the bars above"),
    )
    yield Bar(
        _("Viral load tested"),
        one.tested.n,
        count(one.tested.n),
        words=_share(_("%(share)s of those on ART that long"), one.tested),
        lost=_some(_("%(n)s not known to be suppressed"), one.tested.n - one.suppressed.n),
        joined=True,
    )
    words = (
        _share(_("%(share)s of those tested"), one.suppressed_of_tested),
        _share(_("%(share)s of those on ART that long"), one.suppressed),
    )
    yield Bar(
        _("Suppressed, < 1000 copies/mL"),
        one.suppressed.n,
        count(one.suppressed.n),
        words="; ".join(word for word in words if word),
        joined=True,
    )


def _some(words: str, n: int) -> str:
    return words % {"n": count(n)} if n > 0 else ""


def _share(words: str, some: Count | None) -> str:
    part = share(some)
    return "" if part is None else words % {"share": percent(part)}


def _bounds(estimate: Stated) -> str:
    if estimate.low is None or estimate.high is None:
        return _("bounds not stated")
    return _("between %(low)s and %(high)s") % {
        "low": count(round(estimate.low)),
        "high": count(round(estimate.high)),
    }


def _known(one: Cascade) -> str:
    return _share(_("%(share)s of people living with HIV"), one.known)


def _treated(one: Cascade) -> str:
    of_all = None if one.estimate is None else Count(one.treated.n, round(one.estimate.n))
    words = (
        _share(_("%(share)s of diagnosed"), one.treated),
        _share(_("%(share)s of people living with HIV"), of_all),
    )
    return "; ".join(word for word in words if word)


def _untreated(one: Cascade) -> str:
    return _some(_("%(n)s not on ART"), one.diagnosed - one.treated.n)


def _undiagnosed(one: Cascade) -> str:
    return _some(_("and %(n)s on ART without a diagnosis in the record"), one.without_diagnosis)
