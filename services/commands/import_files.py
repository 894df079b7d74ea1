"""``throughcare import``"""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from fhir_store.store import Author
from services.commands.output import AsJson, say, say_json
from services.commands.progress import progress_bar
from services.exchange.load import LoadReport, load, source_files
from services.exchange.load.rejects import RejectFile
from services.settings import Settings, load_settings
from services.shared.database import Database
from services.shared.installation import open_database, store_of

Paths = Annotated[
    list[Path], typer.Argument(help="NDJSON files, Bundles (both also .gz), or folders of them.")
]
Source = Annotated[
    str, typer.Option(help="Who the files are from; only the same source may update them later.")
]
Rejects = Annotated[
    Path | None, typer.Option(help="Where to list what was not taken. Default: in THROUGHCARE_HOME.")
]


def import_files(
    paths: Paths, source: Source = "import", rejects: Rejects = None, as_json: AsJson = False
) -> None:
    """Load FHIR files. What is bad is listed with its reason, the rest goes in; running it again is safe."""
    settings = load_settings()
    files = source_files(paths)
    with open_database(settings) as database, RejectFile(rejects or _reject_path(settings)) as reject_file:
        database.ready()
        report = load_all(files, database, settings, Author(source), reject_file)
    if as_json:
        say_json(_summary(report, reject_file))
    else:
        _tell(report, reject_file)
    if report.rejected:
        raise typer.Exit(2)


def load_all(
    files: list[Path], database: Database, settings: Settings, author: Author, reject_file: RejectFile
) -> LoadReport:
    """Load files with a progress bar."""
    total = sum(file.stat().st_size for file in files)
    report = LoadReport()
    with progress_bar("Loading") as progress:
        for done, report in load(files, database, store_of(settings.facility_zone), author, reject_file):
            progress(done, total, f"{_count(report):,} resources")
    return report


def _count(report: LoadReport) -> int:
    return report.created.total() + report.updated.total() + report.unchanged.total()


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
        "open_references": report.open_references,
        "reject_file": str(rejects.path) if rejects.count else None,
    }


def _tell(report: LoadReport, rejects: RejectFile) -> None:
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
    if report.open_references:
        say(
            f"{report.open_references:,} conditional references have no single answer yet; kept as they were sent."
        )
    if report.rejected:
        say(f"{report.rejected:,} rejected; the reasons are in {rejects.path}")
