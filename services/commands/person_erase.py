"""``throughcare person erase``: a whole record made unreadable for ever."""

from typing import Annotated

import typer
from sqlalchemy import Connection

from fhir_store.erasure import Record, erase, record_of
from fhir_store.store import Store
from fhir_store.write import raw_cursor
from services.access.audit.kinds import Actor
from services.access.audit.log.erasure import forget_subject
from services.access.audit.log.record import keys_of
from services.commands.failure import CommandFailed
from services.commands.operator import operator
from services.commands.output import AsJson, say, say_json
from services.exchange.idempotency import forget_in_answers
from services.settings import load_settings
from services.shared.installation import open_as_owner, store_of
from services.shared.record_keys import open_keyring

AUTHOR = "erasure"
"""Whose the deletions are, in the history of what is erased."""

Patient = Annotated[str, typer.Argument(help="The id of the Patient.")]
Reason = Annotated[
    str, typer.Option(help="Why, as a code for the audit log: asked-for, court-order, retention-ended.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for the id to be typed again.")]

REASONS = ("asked-for", "court-order", "retention-ended")


def erase_person(
    patient: Patient, reason: Reason = "asked-for", yes: Yes = False, as_json: AsJson = False
) -> None:
    """Make the record of one person unreadable for ever: destroy its key, delete what is sealed with it.

    A person who has several Patient records is erased by each of them. Backups made before hold the key still.
    """
    if reason not in REASONS:
        raise CommandFailed(f"--reason is one of: {', '.join(REASONS)}.")
    settings = load_settings()
    with open_as_owner(settings) as database:
        store = store_of(settings.facility_zone, open_keyring(settings.key_places, database))
        with database.transaction() as connection:
            seen = record_of(connection, patient)
        _ask(seen, patient, yes=yes, quiet=as_json)
        by, key = operator(), keys_of(settings.home).subject

        def work(connection: Connection) -> Record:
            return erase_all(connection, store, patient, by, reason, key)

        gone = database.run(work)
    if as_json:
        say_json({"erased": gone.counts, "versions": gone.versions, "shared": len(gone.shared)})
        return
    say(f"Erased: {len(gone.own):,} resources in {gone.versions:,} versions.")
    say(LEFT)


LEFT = """Not erased by this: backups (restore one, and the person has to be erased again), exports and the cascade's kept
figures until the next throughcare cascade refresh, and what was handed to others."""


def erase_all(
    connection: Connection, store: Store, patient: str, by: Actor, reason: str, audit_key: bytes
) -> Record:
    """Erase a person from the record, the kept answers and the audit log, in the caller's transaction.

    Raises NothingToErase.
    """
    record = record_of(connection, patient)
    erase(connection, store, record, AUTHOR)
    forget_in_answers(connection, store.keyring, {patient, *(id_ for _, id_ in record.own)})
    forget_subject(raw_cursor(connection), f"Patient/{patient}", by, reason, audit_key)
    return record


def _ask(record: Record, patient: str, *, yes: bool, quiet: bool) -> None:
    if not quiet:
        for type_, count in sorted(record.counts.items()):
            say(f"{count:,} {type_}")
        say(f"Nobody will be able to read any of their {record.versions:,} versions again.")
        if record.shared:
            say(
                f"{len(record.shared):,} resources are about other people as well and stay as they are: "
                f"{', '.join(sorted({type_ for type_, _ in record.shared}))}. Look through them yourself."
            )
    if (
        not yes
        and typer.prompt("Type the id again to erase all of it", default="", show_default=False) != patient
    ):
        raise CommandFailed("Nothing was erased: that was not the id.")
