"""ART across the gate: the last whole year."""

from services.ministry.across_gate import Gate, gate_section
from services.ministry.numbers import Numbers
from services.ministry.section import Section
from services.ministry.words import in_year
from services.shared.languages import gettext as _

NAME = "art-across-gate"
ORDER = 71


def section(numbers: Numbers) -> Section:
    """Releases on ART of the last whole year."""
    periods = numbers.view.shown.years[-1:]
    gate = Gate(
        NAME,
        "art_across_gate",
        _("ART across the gate"),
        counted="seen_or_covered",
        again=("seen", "covered_by_release_supply", "seen_or_covered"),
        nobody=_("Nobody was released on ART whose 28 days afterwards are complete."),
        headline=_(
            "Of those released on ART in %(period)s, %(seen)s were given it again in the community within 28 days, or had"
            " medicine all along."
        ),
        lost=_("%(lost)s were not seen and had used up what they had, and nobody knows why."),
        period_name=in_year,
    )
    return gate_section(numbers, gate, periods, in_year(periods[-1]) if periods else "")
