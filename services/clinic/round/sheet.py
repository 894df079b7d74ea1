"""The sheet for a day without a network: numbered, page k of n, a code for each row, no medicine named."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import segno

from clinical.oat.letters import LETTER_OF
from clinical.oat.round.row import Row, State
from clinical.oat.round.session import WORDS as SESSION_WORDS
from clinical.oat.round.session import sessions
from clinical.oat.round.sheets import SheetRow, keep_sheet
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.clinic.reading import people
from services.clinic.round.actors import OnRound, law_of
from services.clinic.round.as_json import row_json
from services.clinic.round.shown import RoundShown, round_shown
from services.shared.formats import day as in_words
from services.shared.formats import fhir_dates_in, moments_in
from services.shared.languages import N_, current_language, gettext
from services.shared.typesetting import pdf

TEMPLATE = Path(__file__).parents[1] / "sheets" / "round.typ"

CORRECTION = "q"
"""A quarter of a code may be damaged and it is still read."""

WORDS = {
    "title": N_("List"),
    "how": N_(
        "Look at two of face, name, number and birth date. Give nothing to somebody who is not awake. "
        "Write the time and the mg that were taken, and sign. Everything is entered afterwards, also what went wrong."
    ),
    "nobody": N_("Nobody is on this list."),
    "page": N_("Page"),
    "refused": N_("refused"),
    "not-here": N_("not here"),
    "other": N_("other, on the back"),
    "two-people": N_("two people: check the face"),
}
COLUMNS = (
    N_("Row"),
    N_("Call"),
    N_("Code"),
    N_("Cell"),
    N_("Who"),
    N_("Amount"),
    N_("Taken"),
    N_("Time"),
    N_("Not taken"),
    N_("Signed, and second person"),
)
STOP = N_("STOP: call the prescriber")
FIRST_OF_ALL = time(6)
"""When a round that begins with the day begins in fact."""


def printed(on: OnRound, session: str, day: date) -> tuple[int, bytes]:
    """Keep and print the sheet of a round; its number. Raises AuditUnavailable."""
    shown = round_shown(on, session, _begins(on, session, day))
    rows = [row for row in shown.rows if row.session == session and row.state is not State.DONE]
    asking = on.asking

    def once(connection: Any) -> tuple[int, list[SheetRow]]:
        kept = keep_sheet(
            raw_cursor(connection), on.facility, day, session, rows, asking.at, asking.who.account.id
        )
        about = Subjects(people({row.patient for row in rows}))
        at = asking.circumstances(asking.purpose.value)
        asking.log_with(connection, kinds.write(at, "create", "round-sheet", about))
        return kept

    number, kept = asking.database.run(once)
    return number, pdf(TEMPLATE, _values(on, shown, rows, number, kept, session, day))


def _begins(on: OnRound, session: str, day: date) -> datetime:
    begins = next(one.begins for one in sessions(law_of(on.asking)) if one.name == session)
    at = datetime.combine(day, FIRST_OF_ALL if begins == time() else begins, on.asking.zone)
    return max(at, on.asking.at)


def _values(
    on: OnRound,
    shown: RoundShown,
    rows: Sequence[Row],
    number: int,
    kept: Sequence[SheetRow],
    session: str,
    day: date,
) -> dict[str, Any]:
    locale = current_language().locale
    session_words = gettext(SESSION_WORDS.get(session, session))
    return {
        "lang": locale.language,
        "rtl": locale.text_direction == "rtl",
        "number": gettext(N_("Sheet %(number)s")) % {"number": number},
        "day": f"{in_words(day)}, {session_words}",
        "place": shown.facilities.get(on.facility, ""),
        "printed": gettext(N_("Printed %(at)s")) % {"at": moments_in(on.asking.zone)(on.asking.at)},
        "columns": [gettext(one) for one in COLUMNS],
        "words": {name: gettext(words) for name, words in WORDS.items()},
        "rows": [
            _row(row_json(shown, row, None), one, row, fhir_dates_in(on.asking.zone))
            for row, one in zip(rows, kept, strict=True)
        ],
    }


def _row(said: dict[str, Any], kept: SheetRow, row: Row, when: Callable[[str], str]) -> dict[str, Any]:
    volume = f" = {said['mL']} mL" if said["mL"] else ""
    last = said["last"]
    return {
        "row": kept.row,
        "call": said["call"],
        "code": kept.code,
        "qr": qr(kept.code),
        "cell": " ".join(filter(None, (said["wing"], said["cell"]))),
        "name": said["name"],
        "number": said["number"],
        "born": when(said["born"]) if said["born"] else "",
        "two-people": said["two_people"],
        "last": _last(last, when) if last else "",
        "amount": f"{said['mg']} mg{volume}" if row.slot else "",
        "letter": LETTER_OF[row.slot.order.product.code] if row.slot else "",
        "leaving": said["leaving"]["words"] if said["leaving"] else "",
        "stop": gettext(STOP) if said["stops"] else "",
    }


def _last(last: dict[str, Any], when: Callable[[str], str]) -> str:
    amount = f", {last['mg']} mg" if last["mg"] else ""
    return gettext(N_("Last dose %(at)s")) % {"at": when(last["at"])} + amount


def qr(code: str) -> str:
    """A code as SVG."""
    made, out = segno.make_qr(code, error=CORRECTION), BytesIO()
    made.save(out, kind="svg", scale=4, border=2, xmldecl=False)
    return out.getvalue().decode()
