"""Puts calls into the demo, so that the movement list is of today whenever it is started."""

import json
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from clinical.labels import Label
from clinical.labels.label import exact_bits
from fhir_store.labelled import patients_with
from fhir_store.store import Author
from services.access.roles.types import MEDICINES
from services.commands.import_files import load_all
from services.custody.held import facilities_that_hold, held_in
from services.demo.calls import call_resources
from services.exchange.load import source_files
from services.exchange.load.rejects import RejectFile
from services.settings import Settings
from services.shared.database import Database

AUTHOR = Author("demo-calls")
PRIVATE = exact_bits({Label.HIV, Label.OPIOIDUD})


def load_calls(database: Database, settings: Settings, at: datetime) -> None:
    """Call people of the first prison that holds some to today's rounds; what is there already stays as it is."""
    zone = ZoneInfo(settings.facility_zone)
    with database.cursor() as cursor:
        facility = next(iter(facilities_that_hold(cursor)), None)
        held = held_in(cursor, facility) if facility else []
        private = patients_with(cursor, PRIVATE, MEDICINES, held)
    if facility is None:
        return
    resources = list(call_resources(facility, held, private, at.astimezone(zone), zone))
    with TemporaryDirectory(dir=settings.home) as folder:
        for type_ in ("Location", "Appointment", "Observation"):
            lines = [json.dumps(one) for one in resources if one["resourceType"] == type_]
            (Path(folder) / f"{type_}.ndjson").write_text("\n".join(lines), encoding="utf-8")
        with RejectFile(Path(settings.home) / "rejects" / "demo-calls.ndjson") as rejects:
            load_all(source_files([Path(folder)]), database, settings, AUTHOR, rejects)
            assert rejects.count == 0, "a call of the demo was refused"
