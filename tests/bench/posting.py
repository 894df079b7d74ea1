"""POST of one dose: beside the serial ceiling (an empty handler, then the driver alone), and beside FHIRStarter."""

import json

import load
import peer
import psycopg
import raw_insert
from figures import CLIENTS, SECONDS, Figure, medians
from resources import a_dose
from setting import Setting

DOSE = a_dose(
    identifier=[{"system": "urn:throughcare:dose", "value": "0001"}],
    context={"reference": "Encounter/s1"},
    performer=[{"actor": {"reference": "Practitioner/nurse"}}],
    request={"reference": "MedicationRequest/order"},
)
BODY = json.dumps(DOSE).encode()

NEWEST = "SELECT max(key) FROM fhir_store.current_resource WHERE key < %s"


def posting(setting: Setting, empty_port: int) -> list[Figure]:
    """Doses a second at several numbers of clients."""
    ours = load.request_bytes("POST", "/fhir/MedicationAdministration", token=setting.token, body=BODY)
    load.rate(setting.port, ours, clients=1, seconds=SECONDS, expect=201)
    rows = _rows_of_newest(setting)
    ceilings = [_beside_ceiling(setting, empty_port, ours, rows, clients) for clients in CLIENTS]
    return [*ceilings, _beside_peer(setting, ours)]


def _rows_of_newest(setting: Setting) -> raw_insert.Rows:
    with psycopg.connect(setting.conninfo) as connection:
        newest = connection.execute(NEWEST, [raw_insert.FIRST_KEY]).fetchone()
        assert newest
        return raw_insert.Rows(connection, [newest[0]])


def _beside_ceiling(
    setting: Setting, empty_port: int, ours: bytes, rows: raw_insert.Rows, clients: int
) -> Figure:
    """The ceiling is one after the other what an empty handler and the driver's fastest statement take."""
    empty = load.request_bytes("POST", "/", body=BODY)
    posted, emptied, driver = medians(
        lambda: load.rate(setting.port, ours, clients=clients, seconds=SECONDS, expect=201),
        lambda: load.rate(empty_port, empty, clients=clients, seconds=SECONDS, expect=201),
        lambda: raw_insert.rate(
            setting.conninfo, rows, raw_insert.one_statement, clients=clients, seconds=SECONDS
        ),
    )
    ceiling = 1 / (1 / emptied + 1 / driver)
    return Figure(
        f"POST one dose, {clients} clients",
        f"{posted:,.0f}/s",
        f"serial ceiling {ceiling:,.0f}/s (empty {emptied:,.0f}, driver {driver:,.0f})",
        f"{posted / ceiling:.0%}",
        "at least 45%" if clients == 8 else "",
    )


def _beside_peer(setting: Setting, ours: bytes) -> Figure:
    clients = 8
    theirs = load.request_bytes("POST", "/MedicationAdministration", body=BODY)
    with peer.serving_peer(setting) as port:
        load.rate(port, theirs, clients=1, seconds=SECONDS, expect=201)
        posted, starter = medians(
            lambda: load.rate(setting.port, ours, clients=clients, seconds=SECONDS, expect=201),
            lambda: load.rate(port, theirs, clients=clients, seconds=SECONDS, expect=201),
        )
    return Figure(
        f"POST one dose, {clients} clients",
        f"{posted:,.0f}/s",
        f"FHIRStarter, same rows, same database {starter:,.0f}/s",
        f"{posted / starter:.1f} x",
        "at least 1.5 x",
    )
