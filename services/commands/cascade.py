"""``throughcare cascade``: indicators from the record store or from any server's NDJSON files."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cascade.aside import folder_aside
from cascade.compute import compute
from cascade.derive import codes as code_files
from cascade.errors import WrongWindow
from cascade.periods import MONTHS, last_whole
from cascade.plan import last_whole_quarter
from cascade.refresh import refresh
from cascade.request import BY, Request
from cascade.sources import Source
from cascade.sources.ndjson import Ndjson
from cascade.sources.record_store import RecordStore
from cascade.sources.several import Several
from fhir_store.read import bodies_as_of
from services.access.audit import kinds
from services.commands.confidential_files import Told, document, write_csv, write_parquet
from services.commands.failure import CommandFailed
from services.commands.figures_table import lines
from services.commands.new_file import new_file
from services.commands.operator import by_operator, log
from services.commands.output import AsJson, say, say_json
from services.commands.progress import Report, progress_bar
from services.settings import Settings, load_settings
from services.shared.cascade_source import kept_cascade, records_of
from services.shared.installation import open_database
from services.shared.record_keys import open_keyring
from services.shared.secret_keys import secret_key

app = typer.Typer(help="Compute the care cascade.", no_args_is_help=True)

STORE = "STORE"
TOLD_EVERY = 2_000
"""Resources read between two looks at the progress bar."""

OF_THE_STORE = "Counted from the record store, each record in the version that was known at that moment."
OF_OTHERS = "The files of the other servers hold one version of each record."
OF_FILES = (
    "The files hold one version of each record: what was written again after that moment is not counted, and what was"
    " deleted before the files were made is not there. Only the record store knows what was known then."
)

From = Annotated[
    str, typer.Option("--from", help="STORE, or a file or folder of any FHIR server's Bulk Data NDJSON.")
]
Also = Annotated[
    list[str] | None,
    typer.Option(
        "--also",
        metavar="NAME=FOLDER",
        help="Bulk Data NDJSON of another server, read together with --from. The name keeps its ids apart; people are"
        " brought together by national identifier. May be repeated.",
    ),
]
Measures = Annotated[
    list[str] | None,
    typer.Option("--measure", help="Only this measure; may be repeated. Default: every one."),
]
Profiles = Annotated[
    list[str] | None,
    typer.Option("--profile", help="Only this reading; may be repeated. Default: all of each measure."),
]
PeriodEnd = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help="Last day of the last period. Default: of the last one that was over at the data cut.",
    ),
]
Every = Annotated[str, typer.Option(help=f"Kind of period: {', '.join(MONTHS)}.")]
Periods = Annotated[int, typer.Option(help="How many periods, one after the other.")]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        help=f"Cut by one of {', '.join(BY)}; may be repeated, each is a cut of its own. The country always comes.",
    ),
]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"],
        help="Count what was known then: an instant, or a day for the end of it. Default: now.",
    ),
]
Codes = Annotated[
    list[Path] | None,
    typer.Option(
        "--codes",
        help="What a sender's own codes mean, as cascade/derive/codes/examples/synthea.toml; may be repeated.",
    ),
]
Csv = Annotated[Path | None, typer.Option(help="Also write the figures to this CSV file.")]
Parquet = Annotated[Path | None, typer.Option(help="Also write the figures to this Parquet file.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Write over files that are there.")]


@app.callback()
def cascade() -> None:
    """Compute the care cascade."""


@app.command("compute")
def compute_measures(
    source: From = STORE,
    also: Also = None,
    measures: Measures = None,
    profiles: Profiles = None,
    period_end: PeriodEnd = None,
    every: Every = "quarter",
    periods: Periods = 1,
    by: By = None,
    data_as_of: AsOf = None,
    codes: Codes = None,
    csv: Csv = None,
    parquet: Parquet = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Count, and say what was read, used and left out. Full counts: not for publication.

    A period that was not over at the data cut is refused: nobody can know all of it.
    """
    settings = load_settings()
    cut = data_cut(data_as_of, datetime.now(UTC), ZoneInfo(settings.facility_zone))
    request = Request(
        period_end=period_end.date() if period_end else _last_whole(every, cut, settings),
        data_as_of=cut,
        zone=settings.facility_zone,
        measures=tuple(measures or ()),
        profiles=tuple(profiles or ()),
        every=every,
        periods=periods,
        by=tuple(by or ()),
        code_files=tuple(codes or ()),
    )
    code_files.check(request.code_files)
    with _files(csv, parquet, overwrite=overwrite) as write:
        told = _counted(source, _others(also or ()), request, settings)
        write(told)
    if as_json:
        say_json(document(told))
    else:
        for line in lines(told):
            say(line)


@app.command("refresh")
def refresh_kept(as_json: AsJson = False) -> None:
    """Bring the cascade that the ministry's page shows up to date with the record store.

    What changed since the last time is counted again for those whom it touches; everything is, once a day.
    """
    settings = load_settings()
    zone = ZoneInfo(settings.facility_zone)
    now = datetime.now(UTC)
    with open_database(settings) as database:
        database.ready()
        with records_of(database, open_keyring(settings.key_places, database)) as source:
            refreshed = refresh(
                kept_cascade(settings.home),
                source,
                period_end=last_whole_quarter(now.astimezone(zone).date()),
                now=now,
                zone=settings.facility_zone,
                key=secret_key(settings.home, "pseudonym"),
            )
    if as_json:
        say_json(
            {"how": refreshed.how, "changes": refreshed.changes, "period_end": refreshed.view.period_end}
        )
    else:
        say(HOW[refreshed.how].format(changes=f"{refreshed.changes:,}"))
        say(f"Figures up to {refreshed.view.period_end}. They are on /ministry.")


HOW = {
    "whole": "Everything was read and counted.",
    "part": "{changes} changes were taken in.",
    "unchanged": "Nothing changed that is counted.",
}


def data_cut(written: datetime | None, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment of the data cut. A day means its end in the facilities' zone; today, or nothing, means now.

    Raises:
        CommandFailed: it is in the future, of which nothing is known.
    """
    today = now.astimezone(zone).date()
    if written is None or (written.tzinfo is None and written.date() == today):
        return now
    if written > now if written.tzinfo else written.date() > today:
        raise CommandFailed("--data-as-of is in the future. Give a day or an instant that has been.")
    return written if written.tzinfo else _end_of(written.date(), zone)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)


def _last_whole(every: str, cut: datetime, settings: Settings) -> date:
    if every not in MONTHS:
        raise WrongWindow(f"A period is one of: {', '.join(MONTHS)}.")
    return last_whole(every, cut.astimezone(ZoneInfo(settings.facility_zone)).date())


def _others(written: Sequence[str]) -> dict[str, Source]:
    """The other servers by name, from ``NAME=FOLDER``."""
    others: dict[str, Source] = {}
    for one in written:
        name, _, folder = one.rpartition("=")
        if not name or name in others:
            raise CommandFailed(
                "--also is NAME=FOLDER, each name once, for example clinic=/path/of/its/files."
            )
        if not Path(folder).exists():
            raise CommandFailed("--also names nothing that is there. Give a file or a folder after the name.")
        others[name] = Ndjson(Path(folder))
    return others


def _counted(source: str, others: Mapping[str, Source], request: Request, settings: Settings) -> Told:
    with (
        progress_bar("Counting") as progress,
        _opened(source, request, settings, progress) as opened,
        folder_aside(kept_cascade(settings.home).parent) as aside,
    ):
        key = secret_key(settings.home, "pseudonym")
        every = Several(opened.source, others) if others else opened.source
        outcome = compute(every, request, key=key, aside=aside, told=progress)
    return Told(request, outcome, f"{opened.said} {OF_OTHERS}" if others else opened.said)


@dataclass(frozen=True)
class _Opened:
    source: Source
    said: str
    """What the source is, and what it cannot tell."""


@contextmanager
def _opened(written: str, request: Request, settings: Settings, progress: Report) -> Iterator[_Opened]:
    if written != STORE:
        if not Path(written).exists():
            raise CommandFailed("--from names nothing that is there. Give STORE, a file or a folder.")
        yield _Opened(Ndjson(Path(written)), OF_FILES)
        return
    with open_database(settings) as database:
        database.ready()
        with database.transaction() as connection:
            log(settings, connection, kinds.view(by_operator(), "cascade compute"))
        keyring = open_keyring(settings.key_places, database)
        with database.snapshot() as connection:
            bodies = partial(bodies_as_of, connection, keyring, moment=request.data_as_of)
            yield _Opened(RecordStore(_watched(bodies, progress)), OF_THE_STORE)


def _watched(bodies: Callable[[str], Iterable[str]], progress: Report) -> Callable[[str], Iterator[str]]:
    """The same bodies; how many were read is told meanwhile."""
    read = 0

    def watched(type_: str) -> Iterator[str]:
        nonlocal read
        for body in bodies(type_):
            yield body
            read += 1
            if read % TOLD_EVERY == 0:
                progress(0, 1, f"reading, {read:,} resources")

    return watched


@contextmanager
def _files(csv: Path | None, parquet: Path | None, *, overwrite: bool) -> Iterator[Callable[[Told], None]]:
    """Yields what writes the files asked for; that they can be written is known before."""
    if csv and parquet and csv.resolve() == parquet.resolve():
        raise CommandFailed("--csv and --parquet name one file. Name two.")
    with ExitStack() as stack:
        asked = [(write_csv, csv), (write_parquet, parquet)]
        opened = [
            (write, stack.enter_context(new_file(path, overwrite=overwrite))) for write, path in asked if path
        ]

        def write_all(told: Told) -> None:
            for write, path in opened:
                write(told, path)

        yield write_all
