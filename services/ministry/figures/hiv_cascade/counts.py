"""The counts of the cascade: of the country or of a setting, on the last day of a year."""

from dataclasses import dataclass

from cascade.tables import Period
from services.ministry.numbers import ALL, Count, Numbers
from services.ministry.places import Stated, stated_size

DIAGNOSED, ON_ART = "diagnosed", "on_art"
TESTED, SUPPRESSED = "viral_load_tested", "viral_suppression"


@dataclass(frozen=True)
class Cascade:
    """The counts of one population on one day.

    ``on_art`` is with those whose diagnosis is not in the record; ``treated`` is those diagnosed who are on ART.
    ``tested`` and ``suppressed`` are out of those on ART for over six months, ``suppressed_of_tested`` out of those
    with a viral load.
    """

    diagnosed: int
    on_art: int
    without_diagnosis: int
    tested: Count
    suppressed_of_tested: Count
    suppressed: Count
    estimate: Stated | None = None

    @property
    def treated(self) -> Count:
        """Of those diagnosed, those on ART."""
        return Count(self.on_art - self.without_diagnosis, self.diagnosed)

    @property
    def known(self) -> Count | None:
        """Of the people estimated to live with HIV, those diagnosed; None without an estimate."""
        return None if self.estimate is None else Count(self.diagnosed, round(self.estimate.n))


def cascade(numbers: Numbers, year: Period, setting: str = ALL) -> Cascade | None:
    """The counts of the country or a setting; None if one of the measures is not counted."""
    by = "" if setting == ALL else "setting"

    def found(measure: str, figure: str) -> Count | None:
        return numbers.count(measure, figure, year, by=by, value=setting)

    counts = [
        found(DIAGNOSED, "diagnosed"),
        found(ON_ART, "on_art"),
        found(ON_ART, "without_diagnosis"),
        found(TESTED, "tested"),
        found(SUPPRESSED, "suppressed_of_tested"),
        found(SUPPRESSED, "suppressed_of_all"),
    ]
    diagnosed, on_art, without, tested, of_tested, of_all = counts
    if (
        diagnosed is None
        or on_art is None
        or without is None
        or tested is None
        or of_tested is None
        or of_all is None
    ):
        return None
    estimate = stated_size(numbers.view, "plhiv_estimate", year) if setting == ALL else None
    return Cascade(diagnosed.n, on_art.n, without.n, tested, of_tested, of_all, estimate)
