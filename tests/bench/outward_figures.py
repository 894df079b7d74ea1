"""What it costs to tell a system outside what may leave of each resource, beside a client that is told what is stored."""

from urllib.parse import quote

from consenting import stand_for_all
from decision_figures import beside_no_role, count, token_of
from figures import Figure
from outside import CENTRE, agreement, custody_alone, directory, record, treated
from outside import NORTH as INSIDE
from reading import DAYS
from resources import a_dose, text_of
from setting import ZONE, Setting

from fhir_store.bulk import portions, save_many
from fhir_store.store import Author
from fhir_store.walls import Wall
from fhir_store.write import Write
from services.shared.database import Database
from services.shared.installation import store_of
from services.shared.record_keys import open_keyring

PEOPLE = 100
CELLS = 200
PERSON = "outside-0"
ASKED = (
    ("GET by id", f"/fhir/Patient/{PERSON}"),
    (f"search, {DAYS} rows by patient and date", f"/fhir/MedicationAdministration?patient={PERSON}&effective-time=ge2026-01-01"),
    ("search by identifier", f"/fhir/Patient?identifier=urn:national|N-{PERSON}"),
)  # fmt: skip


def telling(setting: Setting) -> list[Figure]:
    """Requests a second of 8 clients."""
    database = Database(setting.urls.server)
    _fill(database, setting)
    stand_for_all(f"{setting.urls.owner}&options={quote(Wall.RECORD.option)}")
    count(setting)
    token = token_of(database, "treatment_centre_system", CENTRE)
    database.close()
    return [beside_no_role(setting, f"{title} from outside", path, token, "") for title, path in ASKED]


def _fill(database: Database, setting: Setting) -> None:
    people = [f"outside-{number}" for number in range(PEOPLE)]
    cells = [
        {"resourceType": "Location", "id": f"cell-{n}", "name": f"Cell {n}", "managingOrganization": {"reference": "Organization/gaol-north"}}
        for n in range(CELLS)
    ]  # fmt: skip
    records = [
        one
        for person in people
        for one in (
            *record(person, INSIDE), *custody_alone(person, INSIDE), treated(person), agreement(person), *_doses(person),
        )
    ]  # fmt: skip
    writes = [Write(text_of(one), id=one["id"]) for one in (*directory(), *cells, *records)]
    store, author = (
        store_of(ZONE, open_keyring(setting.home, database)),
        Author("bench", facility="gaol-north"),
    )
    for portion in portions(writes, 500):
        database.run(lambda c, portion=portion: save_many(c, store, portion, author))


def _doses(person: str) -> list[dict[str, object]]:
    """With the stay and the prison in each of them."""
    by = [
        {"actor": {"reference": "Practitioner/surgeon"}},
        {"actor": {"reference": "Organization/gaol-north"}},
    ]
    return [
        a_dose(f"d{day}-{person}", patient=person, at=f"2026-01-{day + 1:02d}T06:00:00+01:00", performer=by, context={"reference": f"Encounter/stay-{person}-0"})
        for day in range(DAYS - 1)
    ]  # fmt: skip
