"""OAT across the gate: the last four quarters together."""

from services.ministry.across_gate import Gate, gate_section
from services.ministry.numbers import Numbers
from services.ministry.section import Section
from services.ministry.words import quarters_between
from services.shared.formats import quarter
from services.shared.languages import gettext as _

NAME = "oat-across-gate"
ORDER = 70
QUARTERS = 4


def section(numbers: Numbers) -> Section:
    """Releases on OAT of the last four quarters."""
    periods = numbers.view.shown.quarters[-QUARTERS:]
    span = quarters_between(periods[0], periods[-1]) if periods else ""
    gate = Gate(
        NAME,
        "oat_across_gate",
        _("OAT across the gate"),
        counted="within_7",
        again=("within_1", "within_3", "within_7", "within_28"),
        nobody=_("Nobody was released on OAT whose 28 days afterwards are complete."),
        headline=_(
            "Of those released on OAT, %(period)s, %(seen)s had it again in the community within 7 days."
        ),
        lost=_("%(lost)s were not seen within 28 days, and nobody knows why."),
        key=_("of those released on OAT had it again within 7 days, %(period)s"),
        period_name=lambda period: quarter(period.last),
    )
    return gate_section(numbers, gate, periods, span)
