"""``throughcare movements``"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Connection

from clinical.custody.movement_file import (
    MOST_BYTES,
    ColumnsMissing,
    FileRefused,
    Flaw,
    MovementFile,
    NotText,
    TooLarge,
    movement_file,
)
from services.access.audit import kinds
from services.commands.failure import CommandFailed
from services.commands.operator import by_operator, log
from services.commands.output import AsJson, say, say_json
from services.custody.proposing import NoSuchFacility, Proposed, Reading
from services.settings import Settings, load_settings
from services.shared.database import Database
from services.shared.installation import installed_law, is_demo, open_database, store_of
from services.shared.record_keys import open_keyring

File = Annotated[
    Path, typer.Argument(help="Custody's list: CSV in UTF-8 with the columns number, movement and at.")
]
Facility = Annotated[str, typer.Option(help="The id of the Organization that the file is about.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what the file proposes, and write nothing.")]

REFUSED: dict[type[FileRefused], str] = {
    NotText: "The file is no UTF-8. Save it as CSV in UTF-8.",
    TooLarge: f"The file has more than {MOST_BYTES:,} bytes. Split it.",
    ColumnsMissing: "The first line must name the columns number, movement and at, and may name to, wing and cell.",
}
FLAWS: dict[Flaw, str] = {
    Flaw.NO_NUMBER: "it has no prison number",
    Flaw.UNKNOWN_MOVEMENT: "its movement is none that is known",
    Flaw.NO_TIME: "its day and time cannot be read: write 2026-03-02 14:00 or 2.3.2026 14:00",
    Flaw.NO_ROOM: "it names neither wing nor cell",
    Flaw.TOO_LONG: "one of its cells is too long",
    Flaw.OTHER_COLUMNS: "it has other columns than the first line, or a quotation mark that is not closed",
}


def movements(file: File, facility: Facility, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Read custody's list of movements as proposals. Nothing in it holds before a nurse confirms it on the page.

    Reading a file again proposes nothing twice. A line that cannot be read is kept for the page, too. Exit code 2: there
    are such lines.
    """
    settings = load_settings()
    with file.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    try:
        found = movement_file(data, ZoneInfo(settings.facility_zone))
    except FileRefused as refused:
        raise CommandFailed(REFUSED[type(refused)]) from None
    with open_database(settings) as database:
        database.ready()
        proposed = _propose(settings, database, facility, found, dry_run=dry_run)
    _tell(proposed, dry_run=dry_run, as_json=as_json)
    if proposed.bad:
        raise typer.Exit(2)


def _propose(
    settings: Settings, database: Database, facility: str, file: MovementFile, *, dry_run: bool
) -> Proposed:
    """Write the proposals with what the log has of them. Raises CommandFailed."""
    store = store_of(settings.facility_zone, open_keyring(settings.key_places, database))

    def propose(connection: Connection) -> Proposed:
        law = installed_law(settings, demo=is_demo(connection))
        found = Reading(store, law, facility, file, datetime.now(UTC), dry_run).propose(connection)
        if found.new and not dry_run:
            log(
                settings,
                connection,
                kinds.import_(by_operator(), ["Task"], results=found.new, refused=len(file.bad)),
            )
        return found

    try:
        return database.run(propose)
    except NoSuchFacility:
        raise CommandFailed("--facility is the id of an Organization that is recorded here.") from None


def _tell(proposed: Proposed, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "rows": proposed.rows,
                "new": proposed.new,
                "unknown_numbers_in_lines": list(proposed.unknown),
                "held_as_mass_change": proposed.held,
                "unreadable_lines": {one.line: one.flaw.value for one in proposed.bad},
                "dry_run": dry_run,
            }
        )
        return
    verb = "would be proposed" if dry_run else "are proposed"
    say(f"{proposed.rows:,} movements; {proposed.new:,} lines {verb}, the rest was there before.")
    if proposed.held:
        say(
            "They move so many people at once that all are held, until somebody who treats asks custody and releases them."
        )
    if proposed.unknown:
        say(f"The number is nobody's, or several people's, in lines {', '.join(map(str, proposed.unknown))}.")
    for one in proposed.bad:
        say(f"Line {one.line} cannot be read: {FLAWS[one.flaw]}.")
