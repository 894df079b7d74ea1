"""FHIR's dates as the contract has them: an instant, a civil day, and the first and last day it can have been.

Partial dates say what they surely say: a month has a first and a last day, and no day in it is guessed. A leap second
(:60) is the second before it. A time without offset is in the facilities' zone, which is the session's.
"""


def written(text: str) -> str:
    """SQL for the text if it looks like a FHIR date, else an empty one, which is no date.

    A cast alone would also read words that mean a date to SQL, such as infinity.
    """
    return f"regexp_extract({text}, '^[0-9]{{4}}(-.*)?$')"


def instant(text: str) -> str:
    """SQL for the instant in a FHIR date or dateTime; NULL if only a day or less is known."""
    return f"(CASE WHEN length({text}) > 10 THEN try_cast(replace({text}, ':60', ':59') AS TIMESTAMPTZ) END)"


def day(text: str) -> str:
    """SQL for the civil day; NULL unless the very day is known. Needs the prepared parameter ``$zone``."""
    return (
        f"(CASE WHEN length({text}) > 10 THEN timezone($zone, {instant(text)})::DATE"
        f" WHEN length({text}) = 10 THEN try_cast({text} AS DATE) END)"
    )


def first_day(text: str) -> str:
    """SQL for the first day it can have been; NULL if the text is no date."""
    return (
        f"coalesce({day(text)}, CASE length({text}) WHEN 7 THEN try_cast({text} || '-01' AS DATE)"
        f" WHEN 4 THEN try_cast({text} || '-01-01' AS DATE) END)"
    )


def last_day(text: str) -> str:
    """SQL for the last day it can have been; NULL if the text is no date."""
    return (
        f"coalesce({day(text)}, CASE length({text}) WHEN 7 THEN last_day(try_cast({text} || '-01' AS DATE))"
        f" WHEN 4 THEN try_cast({text} || '-12-31' AS DATE) END)"
    )


def last_day_of_period(end: str) -> str:
    """SQL for the last civil day of a period with this end: one that ends at midnight has nothing of the next day."""
    return (
        f"(CASE WHEN length({end}) > 10 THEN timezone($zone, {instant(end)} - INTERVAL 1 MICROSECOND)::DATE"
        f" ELSE {last_day(end)} END)"
    )


def columns(text: str, name: str, *, with_instant: bool = False) -> str:
    """SQL for the columns ``name_on``, ``name_lo``, ``name_hi`` and, if asked, ``name_at``."""
    days = f"{day(text)} AS {name}_on, {first_day(text)} AS {name}_lo, {last_day(text)} AS {name}_hi"
    return f"{instant(text)} AS {name}_at, {days}" if with_instant else days
