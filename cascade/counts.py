"""From the members of a measure to its figures: how many of which status, out of how many. One pass for all figures."""

from collections.abc import Iterable, Iterator, Sequence

from cascade.measures import Measure

AGE_BANDS = ((0, 4), (5, 9), (10, 14), (15, 19), (20, 24), (25, 49), (50, None))
"""First and last whole year of each band, as UNAIDS' Global AIDS Monitoring asks for them."""

UNKNOWN_AGE = "unknown"
DIMENSIONS = ("setting", "facility_key", "sex", "age_band", "legal_status")
PERIOD = ('"first"', '"last"')
ALL = "all"
"""The value of a dimension that a row is not cut by."""


def figures_sql(measure: Measure, cuts: Sequence[str], members: str) -> str:
    """SQL of every figure of a measure, for the country and for each value of each dimension alone.

    Args:
        measure: what is counted.
        cuts: of DIMENSIONS; no two of them are crossed.
        members: SQL of its members (MEMBER_COLUMNS) with the first and last day of their period.

    Returns:
        A statement with the columns first, last, cut_by ('' for the country), DIMENSIONS, figure, numerator, denominator
        (NULL where the figure is a count), over the periods of the table ``asked``. The country has a row a figure even
        if nobody is a member; a value of a dimension has rows if somebody of it is.
    """
    sets = ", ".join(f"({', '.join((*PERIOD, *cut))})" for cut in ((), *((one,) for one in cuts)))
    said = ", ".join(_said(dimension, cuts) for dimension in DIMENSIONS)
    lines = ", ".join(_line(name) for name in measure.figures)
    return f"""
        SELECT {", ".join(PERIOD)}, cut_by, {", ".join(DIMENSIONS)}, unnest([{lines}], recursive := true)
        FROM (
            SELECT {", ".join(PERIOD)}, {_cut_by(cuts)} AS cut_by, {said}, {", ".join(_counts(measure))}
            FROM asked LEFT JOIN (SELECT *, {age_band_sql("age")} AS age_band FROM ({members})) USING ({", ".join(PERIOD)})
            GROUP BY GROUPING SETS ({sets})
            HAVING cut_by = '' OR count(status) > 0
        )
    """  # noqa: S608 - our own names


def age_band_sql(age: str) -> str:
    """SQL for the name of the band that a whole number of years is in."""
    cases = (f"WHEN {age} <= {last} THEN '{age_band_name(first, last)}'" for first, last in AGE_BANDS if last)
    oldest = age_band_name(*AGE_BANDS[-1])
    return f"CASE {' '.join(cases)} WHEN {age} IS NOT NULL THEN '{oldest}' ELSE '{UNKNOWN_AGE}' END"


def age_band_name(first: int, last: int | None) -> str:
    """What a band is called: ``25-49``, or ``50+``."""
    return f"{first}+" if last is None else f"{first}-{last}"


def _cut_by(cuts: Sequence[str]) -> str:
    cases = " ".join(f"WHEN GROUPING({cut}) = 0 THEN '{cut}'" for cut in cuts)
    return f"CASE {cases} ELSE '' END" if cuts else "''"


def _said(dimension: str, cuts: Sequence[str]) -> str:
    if dimension not in cuts:
        return f"'{ALL}' AS {dimension}"
    return f"CASE WHEN GROUPING({dimension}) = 0 THEN {dimension} ELSE '{ALL}' END AS {dimension}"


def _counts(measure: Measure) -> Iterator[str]:
    for name, figure in measure.figures.items():
        yield f"{_count(figure.counted)} AS {name}_numerator"
        among = "NULL::BIGINT" if figure.among is None else _count(figure.among)
        yield f"{among} AS {name}_denominator"


def _count(statuses: Iterable[str]) -> str:
    listed = ", ".join(f"'{status}'" for status in statuses)
    return f"count(*) FILTER (status IN ({listed}))"


def _line(name: str) -> str:
    return f"{{'figure': '{name}', 'numerator': {name}_numerator, 'denominator': {name}_denominator}}"
