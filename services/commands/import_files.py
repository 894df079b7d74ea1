"""``throughcare import``"""

import re
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from fhir_store.identities import canonical
from fhir_store.store import Author
from services.access.audit import kinds
from services.commands.failure import CommandFailed
from services.commands.operator import by_operator, log
from services.commands.output import AsJson, say, say_json
from services.commands.progress import progress_bar
from services.exchange.load import LoadReport, check, load, source_files
from services.exchange.load.rejects import RejectFile
from services.settings import Settings, load_settings
from services.shared.database import Database
from services.shared.installation import open_database, store_of
from services.shared.record_keys import open_keyring

AUTHOR = "import"
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")

Paths = Annotated[
    list[Path], typer.Argument(help="NDJSON files, Bundles, resources (all also .gz), or folders of them.")
]
Source = Annotated[
    str | None,
    typer.Option(
        help="URI of the system the files are from, best the address of its FHIR API. Its ids are mapped to ours, "
        "and only the same source may update its records later. Without it the ids are taken as ours."
    ),
]
Rejects = Annotated[
    Path | None, typer.Option(help="Where to list what was not taken. Default: in THROUGHCARE_HOME.")
]
KeepTimes = Annotated[
    bool,
    typer.Option(
        "--keep-times",
        help="The records are moved here with their history: meta.lastUpdated says when each was written. "
        "Load later versions of a record after earlier ones.",
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Check everything first; load only if nothing is bad.")
]


def import_files(
    paths: Paths,
    source: Source = None,
    rejects: Rejects = None,
    strict: Strict = False,
    keep_times: KeepTimes = False,
    as_json: AsJson = False,
) -> None:
    """Load FHIR files. What is bad is listed with its reason, the rest goes in; running it again is safe.

    An import that was cut off goes on where it stopped. Exit code 2: something was not taken.
    """
    settings = load_settings()
    files = source_files(paths)
    author = replace(_author(source), keeps_times=keep_times)
    with open_database(settings) as database, RejectFile(rejects or _reject_path(settings)) as reject_file:
        database.ready()
        report = LoadReport()
        if strict:
            report = check_all(files, database, settings, author, reject_file)
        if not report.rejected:
            report = load_all(files, database, settings, author, reject_file, in_order=keep_times)
        _log(settings, database, report)
    if as_json:
        say_json(_summary(report, reject_file))
    else:
        _tell(report, reject_file)
    if report.rejected:
        raise typer.Exit(2)


def _log(settings: Settings, database: Database, report: LoadReport) -> None:
    taken = report.created + report.updated
    event = kinds.import_(by_operator(), sorted(taken), results=taken.total(), refused=report.rejected)
    with database.transaction() as connection:
        log(settings, connection, event)


def _author(source: str | None) -> Author:
    if source is not None and not URI.fullmatch(source):
        raise CommandFailed("--source is a URI, such as https://hospital.example/fhir or urn:oid:1.2.3.")
    return Author(AUTHOR, source=source and canonical(source))


def load_all(
    files: list[Path],
    database: Database,
    settings: Settings,
    author: Author,
    reject_file: RejectFile,
    *,
    in_order: bool = False,
) -> LoadReport:
    """Load files with a progress bar; ``in_order`` as ``load`` says."""
    steps = load(
        files,
        database,
        store_of(settings.facility_zone, open_keyring(settings.key_places, database)),
        author,
        reject_file,
        in_order=in_order,
    )
    return _watched("Loading", files, steps)


def check_all(
    files: list[Path], database: Database, settings: Settings, author: Author, reject_file: RejectFile
) -> LoadReport:
    """Check files with a progress bar."""
    steps = check(
        files,
        database,
        store_of(settings.facility_zone, open_keyring(settings.key_places, database)),
        author,
        reject_file,
    )
    return _watched("Checking", files, steps)


def _watched(title: str, files: list[Path], steps: Iterable[tuple[int, LoadReport]]) -> LoadReport:
    total = sum(file.stat().st_size for file in files)
    report = LoadReport()
    started = time.monotonic()
    with progress_bar(title) as progress:
        for done, report in steps:
            rate = report.saved / (time.monotonic() - started)
            progress(done, total, f"{report.saved:,} resources, {rate:,.0f}/s")
    return report


def _reject_path(settings: Settings) -> Path:
    # The name tells when, not what: file names never carry anything of a person.
    stamp = datetime.now().astimezone().strftime("%Y%m%dT%H%M%S")
    return Path(settings.home) / "rejects" / f"rejects-{stamp}.ndjson"


def _summary(report: LoadReport, rejects: RejectFile) -> dict[str, Any]:
    return {
        "files": report.files,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "unserved": report.unserved,
        "rejected": report.rejected,
        "references_resolved": report.resolved,
        "open_references": report.open_references,
        "resumed": report.resumed,
        "reject_file": str(rejects.path) if rejects.has_lines else None,
    }


def _tell(report: LoadReport, rejects: RejectFile) -> None:
    if report.resumed:
        say("Went on with an import that had been cut off.")
    for title, counts in (
        ("created", report.created),
        ("updated", report.updated),
        ("unchanged", report.unchanged),
        ("not served, left out", report.unserved),
    ):
        if counts:
            say(
                f"{counts.total():,} {title}: "
                + ", ".join(f"{n:,} {type_}" for type_, n in counts.most_common())
            )
    if report.resolved:
        say(f"{report.resolved:,} resources had conditional references that were resolved.")
    if report.open_references:
        say(
            f"{report.open_references:,} resources have conditional references without a single answer yet; kept as "
            f"they were sent, listed in {rejects.path}"
        )
    if report.rejected:
        say(f"{report.rejected:,} rejected; the reasons are in {rejects.path}")
