"""Who people are, and how systems know them."""

from datetime import date, timedelta
from random import Random

from services.demo.country.calendar import Calendar
from services.demo.country.days import Year, at
from services.demo.country.facts import Human, PatientRecord
from services.demo.country.names import MEN, WOMEN, family_of

WOMEN_SHARE = 0.14
YEAR_ONLY_SHARE = 0.04


def a_human(number: str, calendar: Calendar, rng: Random) -> Human:
    """Somebody between 19 and 61 at the first day of records."""
    sex = "female" if rng.random() < WOMEN_SHARE else "male"
    return Human(
        f"demo-human-{number}", sex, calendar.first - timedelta(days=rng.randint(19 * 366, 61 * 365))
    )


def a_record(human: Human, calendar: Calendar, rng: Random) -> PatientRecord:
    """The one record of a human, from before the first day; of some only the year of birth is known."""
    number = human.id.removeprefix("demo-human-")
    return PatientRecord(
        id=f"demo-person-{number}",
        patient=f"demo-person-{number}",
        recorded_at=at(calendar.first - timedelta(days=rng.randint(1, 60)), "09:00"),
        given=rng.choice(WOMEN if human.sex == "female" else MEN),
        family=family_of(number),
        sex=human.sex,
        birth=Year(human.birth.year) if rng.random() < YEAR_ONLY_SHARE else human.birth,
        national_id=f"DEMO-{number}" if rng.random() < 0.9 else None,
        prison_number=f"DEMO-P-{number}" if rng.random() < 0.3 else None,
    )


def age(birth: date, on: date) -> int:
    """Whole years from birth to a day."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
