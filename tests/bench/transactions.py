"""Transactions of a hundred entries, beside the same rows by one parameterised INSERT each."""

import json

import load
import psycopg
import raw_insert
from figures import CLIENTS, SECONDS, Figure, medians
from resources import a_dose, a_stay, an_observation, post, transaction
from setting import Setting

ENTRIES = 100
MIX = (a_dose, a_dose, a_dose, an_observation, a_dose, a_dose, a_stay, a_dose, an_observation, a_dose)
COMPOSITION = "70 doses, 20 observations, 10 stays"

NEWEST = "SELECT key FROM fhir_store.current_resource WHERE key < %s ORDER BY key DESC LIMIT %s"


def transactions(setting: Setting) -> list[Figure]:
    """Resources a second at several numbers of clients."""
    entries = [post(MIX[n % len(MIX)](patient=f"p{n}")) for n in range(ENTRIES)]
    body = json.dumps(transaction(*entries)).encode()
    ours = load.request_bytes("POST", "/fhir", token=setting.token, body=body)
    load.rate(setting.port, ours, clients=1, seconds=0.2, expect=200)
    with psycopg.connect(setting.conninfo) as connection:
        keys = connection.execute(NEWEST, [raw_insert.FIRST_KEY, ENTRIES]).fetchall()
        rows = raw_insert.Rows(connection, [key for (key,) in keys])
    return [_figure(setting, ours, rows, clients) for clients in CLIENTS]


def _figure(setting: Setting, ours: bytes, rows: raw_insert.Rows, clients: int) -> Figure:
    bundles, raw = medians(
        lambda: load.rate(setting.port, ours, clients=clients, seconds=2 * SECONDS, expect=200),
        lambda: raw_insert.rate(
            setting.conninfo, rows, raw_insert.row_by_row, clients=clients, seconds=2 * SECONDS
        ),
    )
    return Figure(
        f"transaction of {ENTRIES} ({COMPOSITION}), {clients} clients",
        f"{bundles * ENTRIES:,.0f} resources/s",
        f"INSERT per row {raw * ENTRIES:,.0f}/s",
        f"{bundles / raw:.0%}",
        "at least 1,000/s and 50%",
    )
