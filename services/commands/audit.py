"""``throughcare audit``: heads of the audit log for off the box, and whether the log still is what they say."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from services.access.audit import head as signed
from services.access.audit.errors import HeadNotUnderstood
from services.access.audit.head import SignedHead
from services.access.audit.kinds import audit_read
from services.access.audit.log.heads import begin_new_log_id, sign_now
from services.access.audit.log.record import keys_of
from services.access.audit.log.sequencing import sequence_all
from services.access.audit.log.sheet import heads_in, page, sheet
from services.access.audit.log.verifications import keep_verification
from services.access.audit.log.whole_log import Verified, verify_kept_log
from services.access.audit.report import Finding
from services.commands.failure import CommandFailed
from services.commands.new_file import new_file
from services.commands.operator import by_operator, log, operator
from services.commands.output import AsJson, say, say_json
from services.commands.progress import progress_bar
from services.settings import Settings, load_settings
from services.shared.database import Database
from services.shared.installation import open_database

app = typer.Typer(help="Prove that the audit log is whole.", no_args_is_help=True)

Folder = Annotated[
    Path | None,
    typer.Option(
        "--to",
        help="Also write the head to this folder, as text and as a sheet with a QR code to be printed. "
        "Take it where those who run the server cannot reach it.",
    ),
]
Heads = Annotated[
    list[Path] | None,
    typer.Option(
        "--head",
        help="A file of heads from off the box: as written by audit head, or lines scanned. May be repeated.",
    ),
]


@app.command("head")
def head(to: Folder = None) -> None:
    """Sequence what is recorded, sign it, and print the signed head: one line."""
    with _ready_database() as (settings, database):
        sequence_all(database)
        made = sign_now(database, settings.home)
    if to:
        _write(made, to, ZoneInfo(settings.facility_zone))
    say(signed.text(made))


@app.command("verify")
def verify(heads: Heads = None, as_json: AsJson = False) -> None:
    """Read the whole log and say whether it is what was signed. Exit code 1: it is not.

    Only heads from off the box show whether somebody with the database's password wrote all of it anew.
    """
    given = [head for path in heads or () for head in _read(path)]
    with _ready_database() as (settings, database):
        with progress_bar("Verifying") as progress, database.snapshot() as connection:
            verified = verify_kept_log(
                connection,
                given,
                keys_of(settings.home).subject,
                lambda done, total: progress(done, total, f"{done:,} of {total:,} entries"),
            )
        if as_json:
            say_json(_document(verified))
        else:
            for line in _lines(verified):
                say(line)
        # Said first: whoever broke the log may have broken writing into it too.
        with database.transaction() as connection:
            keep_verification(connection, verified, str(operator()))
            log(settings, connection, audit_read(by_operator(), "verify", results=verified.report.entries))
    if not verified.report.intact:
        raise typer.Exit(1)


@app.command("new-key")
def new_key() -> None:
    """Sign heads with a new key from here on, because the old one is lost or somebody else has it.

    The log records it and keeps the old public key, by which earlier heads are still verified.
    """
    with _ready_database() as (settings, database):
        key = keys_of(settings.home).subject
        log_id = begin_new_log_id(database, settings.home, operator(), key)
    say(f"The audit log is signed as {log_id[:16]} from here on.")
    say(
        "Now take a head off the box: throughcare audit head --to FOLDER. Keep audit-signing.key in the backup."
    )


@contextmanager
def _ready_database() -> Iterator[tuple[Settings, Database]]:
    settings = load_settings()
    with open_database(settings) as database:
        database.ready()
        yield settings, database


def _write(head: SignedHead, folder: Path, zone: ZoneInfo) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"audit-head-{head.size}-{head.time:%Y%m%dT%H%M%SZ}"
    forms: dict[str, Callable[[SignedHead, ZoneInfo], str]] = {".txt": page, ".svg": sheet}
    for ending, form in forms.items():
        # The same size in the same second is the same head.
        with new_file(folder / f"{name}{ending}", overwrite=True) as part:
            part.write_text(form(head, zone), encoding="utf-8")


def _read(path: Path) -> list[SignedHead]:
    try:
        found = heads_in(path.read_text(encoding="utf-8"))
    except (HeadNotUnderstood, UnicodeDecodeError) as problem:
        reason = str(problem) if isinstance(problem, HeadNotUnderstood) else "It is no text file."
        raise CommandFailed(f"{path} holds a line that is no head of an audit log. {reason}") from None
    if not found:
        raise CommandFailed(f"{path} holds no head of an audit log. Name a file that audit head wrote.")
    return found


def _lines(verified: Verified) -> Iterator[str]:
    report = verified.report
    yield f"Entries: {report.entries:,} in the tree, {verified.unsequenced:,} recorded but not in it yet."
    yield (
        f"Heads that agree: {report.heads_confirmed:,}. Entries they cover: {report.covered:,}; "
        f"not covered yet: {report.uncovered:,}."
    )
    yield f"Subjects erased: {verified.erased:,}; in the register: {verified.registered:,}."
    if not verified.given:
        yield (
            "No head from off the box was given (--head): whoever can write the database could have written "
            "the log and its heads anew."
        )
    yield from (f"BAD {finding.kind}: {finding.message}" for finding in report.findings)
    yield _conclusion(verified)


def _conclusion(verified: Verified) -> str:
    if verified.report.intact:
        return "The audit log is intact."
    span = verified.report.first_bad
    if span is None:
        return "The audit log is NOT intact."
    last = span.end - 1
    where = f"is entry {last}" if span.start == last else f"lies between entry {span.start} and entry {last}"
    return f"The audit log is NOT intact. The first bad entry {where}."


def _document(verified: Verified) -> dict[str, Any]:
    report = verified.report
    return {
        "intact": report.intact,
        "entries": report.entries,
        "unsequenced": verified.unsequenced,
        "covered": report.covered,
        "heads_confirmed": report.heads_confirmed,
        "heads_given": verified.given,
        "erased": verified.erased,
        "registered": verified.registered,
        "first_bad": report.first_bad and asdict(report.first_bad),
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.value,
        "message": finding.message,
        "span": finding.span and asdict(finding.span),
        "head": finding.head and signed.text(finding.head),
    }
