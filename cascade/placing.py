"""Where, how old and of what sex the members of a measure are: said once, the same for every measure.

Flows are placed at the event. A date without a time says nothing about a move on that day: the setting is that of the
facility that recorded it. Stocks are placed at 24:00 on the last day of the period, cohorts at their entry and stay there.
"""

import ibis
import ibis.expr.types as ir

from cascade.tables import UNKNOWN_FACILITY, Period, Tables

COMMUNITY, UNKNOWN = "community", "unknown"


def at_event(events: ir.Table, tables: Tables) -> ir.Table:
    """Members at their event.

    Args:
        events: person_key, event_key, at (instant or NULL), on_day, facility_key (who recorded it), status.

    Returns:
        The columns that a measure's members have.
    """
    stay = _settings(tables)
    within = [
        events.person_key == stay.person_key_,
        stay.from_at <= events.at,
        stay.to_at.isnull() | (events.at < stay.to_at),
    ]
    facility = tables.facility.select("facility_key", of_facility="setting")
    placed = events.left_join(stay, within).left_join(facility, "facility_key")
    return _described(
        placed.select(
            "person_key",
            "event_key",
            "on_day",
            "facility_key",
            "status",
            setting=ibis.coalesce(placed.setting, placed.of_facility, ibis.literal(UNKNOWN)),
            legal_status="legal_status",
        ),
        tables,
    )


def at_period_end(people: ir.Table, tables: Tables, period: Period) -> ir.Table:
    """Members at 24:00 on the last day of the period.

    Args:
        people: person_key, event_key, facility_key (who treats them; taken where no stay says where they are), status.

    Returns:
        The columns that a measure's members have; `on_day` is the period's last day. Whom no stay holds is in the
        community.
    """
    stay = _settings(tables)
    stay = stay.filter(stay.from_at < period.end, stay.to_at.isnull() | (stay.to_at >= period.end))
    placed = people.left_join(stay, people.person_key == stay.person_key_)
    return _described(
        placed.select(
            "person_key",
            "event_key",
            "status",
            on_day=period.last,
            facility_key=ibis.coalesce(
                placed.at_facility_key, placed.facility_key, ibis.literal(UNKNOWN_FACILITY)
            ),
            setting=ibis.coalesce(placed.setting, ibis.literal(COMMUNITY)),
            legal_status="legal_status",
        ),
        tables,
    )


def at_entry(entries: ir.Table, tables: Tables) -> ir.Table:
    """Members of a cohort, who carry the place of their entry.

    Args:
        entries: person_key, event_key, on_day (of the entry), facility_key, setting, legal_status, status.
    """
    return _described(entries, tables)


def age(birth: ir.DateColumn, day: ir.DateValue) -> ir.IntegerValue:
    """Whole years from birth to a day."""
    before_birthday = (day.month() * 100 + day.day()) < (birth.month() * 100 + birth.day())
    return day.year() - birth.year() - before_birthday.cast("int64")


def _settings(tables: Tables) -> ir.Table:
    return tables.setting_at.select(
        "from_at",
        "to_at",
        "setting",
        "legal_status",
        person_key_="person_key",
        at_facility_key="facility_key",
    )


def _described(members: ir.Table, tables: Tables) -> ir.Table:
    """With sex, and with the age where every day the birth can have been gives the same."""
    person = tables.person.select("sex", "birth_lo", "birth_hi", person_key_="person_key")
    joined = members.left_join(person, members.person_key == person.person_key_)
    youngest, oldest = age(joined.birth_hi, joined.on_day), age(joined.birth_lo, joined.on_day)
    return joined.select(
        "person_key",
        "event_key",
        "on_day",
        "facility_key",
        "setting",
        legal_status=ibis.coalesce(joined.legal_status, ibis.literal(UNKNOWN)),
        sex=ibis.coalesce(joined.sex, ibis.literal(UNKNOWN)),
        age=ibis.cases((youngest == oldest, youngest)).cast("int64"),
        status="status",
    )
