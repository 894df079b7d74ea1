"""The person's file on paper: a cover with the number alone, who looked, and everything in the order in which it happened."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.clinic.looks import LookLine
from services.clinic.own_file import FileLine, PersonsFile
from services.shared.formats import day, fhir_dates_in, moments_in
from services.shared.languages import N_, Language, current_language, gettext, in_language
from services.shared.typesetting import pdf

TEMPLATE = Path(__file__).parent / "sheets" / "own_file.typ"

WORDS = {
    "cover": N_("For the person with this number alone"),
    "sealed": N_("Keep it sealed. Only the person opens it."),
    "title": N_("Your health record"),
    "about": N_("This is everything that the health service has recorded about you."),
    "looked": N_("Who looked at it"),
    "nobody": N_("Nobody has looked at it."),
    "record": N_("What is recorded"),
}
LOOK_COLUMNS = (N_("When"), N_("Who"), N_("What"), N_("Why"))
NOTES = (
    N_("Names of other people were taken out, and how to reach them."),
    N_("If something is wrong, say so: it is corrected, and what was there before stays readable."),
)
NO_DATE = N_("Without a date")


def own_file_sheet(file: PersonsFile, zone: ZoneInfo, language: Language) -> bytes:
    """The file as PDF, in a language."""
    with in_language(language):
        return pdf(TEMPLATE, _values(file, zone))


def _values(file: PersonsFile, zone: ZoneInfo) -> dict[str, Any]:
    locale = current_language().locale
    return {
        "lang": locale.language,
        "rtl": locale.text_direction == "rtl",
        "number": file.identity.number,
        "name": file.identity.name,
        "born": file.identity.born,
        "notes": [gettext(one) for one in NOTES],
        "looks": [_look(one, zone) for one in file.looks],
        "days": list(_days(file.lines, zone)),
        "words": {
            **{name: gettext(words) for name, words in WORDS.items()},
            "look-columns": [gettext(one) for one in LOOK_COLUMNS],
        },
    }


def _look(one: LookLine, zone: ZoneInfo) -> dict[str, str]:
    moment = moments_in(zone)
    when = moment(one.first) if one.count == 1 else f"{moment(one.first)} ({one.count} ×)"
    who = ", ".join(part for part in (one.name, gettext(one.role) if one.role else "", one.facility) if part)
    return {
        "when": when,
        "who": who,
        "what": gettext(one.what) if one.what else "",
        "purpose": gettext(one.purpose) if one.purpose else "",
    }


def _days(lines: tuple[FileLine, ...], zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    fhir_date = fhir_dates_in(zone)

    def title(line: FileLine) -> str:
        return day(line.at.astimezone(zone).date()) if line.at else gettext(NO_DATE)

    for of_day, same in groupby(lines, key=title):
        yield {"title": of_day, "lines": [_entry(one, fhir_date(one.when)) for one in same]}


def _entry(line: FileLine, when: str) -> dict[str, Any]:
    return {
        "type": gettext(line.type),
        "time": when.rpartition(", ")[2] if "T" in line.when else "",
        "text": line.text,
        "status": gettext(line.status) if line.status else "",
        "words": list(line.words),
    }
