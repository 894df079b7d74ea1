"""``throughcare cascade``: indicators from the record store or from any server's NDJSON files."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cascade.compute import Outcome, compute
from cascade.monthly import names
from cascade.sources import Source
from cascade.sources.ndjson import Ndjson
from cascade.sources.record_store import RecordStore
from fhir_store.read import current_bodies
from services.commands.failure import CommandFailed
from services.commands.output import AsJson, say, say_json
from services.settings import Settings, load_settings
from services.shared.installation import open_database
from services.shared.secret_keys import secret_key

app = typer.Typer(help="Compute the care cascade.", no_args_is_help=True)

STORE = "STORE"

From = Annotated[str, typer.Option("--from", help="STORE, or NDJSON files' folder of any FHIR server.")]
PeriodEnd = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Last day of the last month. Default: last month."),
]
Months = Annotated[int, typer.Option(min=1, max=240, help="How many months, that one included.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"], help="Count what was known then. Default: now."
    ),
]
Csv = Annotated[Path | None, typer.Option(help="Also write the result to this CSV file.")]


@app.callback()
def cascade() -> None:
    """Compute the care cascade."""


@app.command("compute")
def compute_measures(
    source: From = STORE,
    period_end: PeriodEnd = None,
    months: Months = 12,
    data_as_of: AsOf = None,
    csv: Csv = None,
    as_json: AsJson = False,
) -> None:
    """Count, and say what was read, used and left out. Full counts: not for publication."""
    settings = load_settings()
    zone = ZoneInfo(settings.facility_zone)
    with _source(source, settings) as opened:
        outcome = compute(
            opened,
            names(),
            period_end=period_end.date() if period_end else end_of_last_month(datetime.now(zone).date()),
            months=months,
            data_as_of=_instant(data_as_of, zone),
            zone=settings.facility_zone,
            key=secret_key(settings.home, "pseudonym"),
        )
    if csv:
        outcome.frame.to_csv(csv, index=False)
    if as_json:
        say_json(_document(outcome))
    else:
        _tell(outcome)


def end_of_last_month(today: date) -> date:
    """The last day of the month before."""
    return today.replace(day=1) - timedelta(days=1)


def _instant(written: datetime | None, zone: ZoneInfo) -> datetime:
    """The moment of the data cut; a day means its end, in the facility's zone."""
    if written is None:
        return datetime.now(UTC)
    if written.tzinfo is not None:
        return written
    return (written + timedelta(days=1)).replace(tzinfo=zone)


@contextmanager
def _source(written: str, settings: Settings) -> Iterator[Source]:
    if written == STORE:
        with open_database(settings) as database:
            database.ready()
            with database.snapshot() as connection:
                yield RecordStore(partial(current_bodies, connection))
        return
    if not Path(written).exists():
        raise CommandFailed("--from names nothing that is there. Give STORE, a file or a folder.")
    yield Ndjson(Path(written))


def _document(outcome: Outcome) -> dict[str, Any]:
    return {
        "confidential": "full counts, not for publication",
        "result": outcome.frame.astype(object).where(outcome.frame.notna(), None).to_dict("records"),
        "account": [vars(line) for line in outcome.account.lines],
    }


def _tell(outcome: Outcome) -> None:
    shown = outcome.frame.drop(columns=["measure", "facility_key"])
    say("Confidential: full counts, not for publication.")
    say(
        shown.to_string(index=False)
        if len(shown)
        else "Nothing was counted: there are no doses in this window."
    )
    say()
    say("Read:")
    for line in (line for line in outcome.account.lines if line.resources):
        code = f" {line.system or ''}|{line.code}" if line.code else ""
        say(
            f"  {line.resources:>9,}  {line.resource_type or 'not a resource'}{code}: {line.outcome.replace('_', ' ')}"
        )
