"""Everyone tested for HIV who got a result, in prison and in the community: beside who was reached at reception."""

from cascade.tables import Period
from services.ministry.by_setting import SETTINGS, Line, by_setting_table, place_names
from services.ministry.numbers import Count, Numbers
from services.ministry.section import Aside, Table
from services.ministry.words import in_year
from services.shared.formats import count
from services.shared.languages import gettext as _
from services.shared.languages import ngettext

MEASURE, TESTS = "people_tested", "hiv_tests"


def people_tested(numbers: Numbers, year: Period) -> dict[str, Count]:
    """By setting, the people who were positive out of those tested; nothing if they are not counted."""
    positive = Line("", MEASURE, "positive")
    return {
        setting: found
        for setting in SETTINGS
        if (found := positive.count(numbers, year, setting)) is not None
    }


def people_tested_aside(found: dict[str, Count], year: Period) -> Aside:
    """How many were tested, and how many of them were positive."""
    rows = [(place_names()[setting], _said(positive)) for setting, positive in found.items()]
    return Aside(_("Everyone tested with a result, %(year)s") % {"year": in_year(year)}, tuple(rows))


def _said(positive: Count) -> str:
    tested = positive.of or 0
    if not tested:
        return _("nobody")
    said = ngettext("%(n)s person, %(positive)s positive", "%(n)s people, %(positive)s positive", tested)
    return said % {"n": count(tested), "positive": count(positive.n)}


def people_tested_table(numbers: Numbers, year: Period) -> Table:
    """People and tests, by setting."""
    lines = (
        Line(_("People tested who got a result"), MEASURE, "tested"),
        Line(_("Positive, of people tested"), MEASURE, "positive"),
        Line(_("No more than inconclusive, of people tested"), MEASURE, "inconclusive"),
        Line(_("People with known HIV tested again, not counted above"), MEASURE, "known_positive"),
        Line(_("Tests with the result returned"), TESTS, "tests"),
        Line(_("Positive, of these tests"), TESTS, "positive"),
    )
    return by_setting_table(
        numbers, _("Everyone tested for HIV, %(year)s") % {"year": in_year(year)}, year, lines
    )
