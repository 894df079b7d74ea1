"""The peer's server: FHIRStarter checks a dose with fhir.resources and this handler stores it. Prints its port."""

import os
import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import psycopg
import raw_insert
import uvicorn
from fhir.resources.R4B.medicationadministration import MedicationAdministration
from fhirstarter import FHIRProvider, FHIRStarter, InteractionContext
from psycopg_pool import ConnectionPool
from starlette.responses import Response

CONNINFO = os.environ["PEER_DATABASE"]
pool = ConnectionPool(CONNINFO, kwargs={"autocommit": True}, min_size=8, max_size=16, open=True)
provider = FHIRProvider()


def _rows() -> raw_insert.Rows:
    with psycopg.connect(CONNINFO) as connection:
        newest = connection.execute(
            "SELECT max(key) FROM fhir_store.current_resource WHERE key < %s", [raw_insert.FIRST_KEY]
        ).fetchone()
        assert newest
        return raw_insert.Rows(connection, [newest[0]])


ROWS = _rows()


@provider.create(MedicationAdministration)
def create(context: InteractionContext, resource: MedicationAdministration) -> str:
    offset = raw_insert.next_offset()
    body = resource.model_dump_json().encode()
    with pool.connection() as connection, connection.cursor() as cursor:
        raw_insert.one_statement(ROWS, cursor, offset, body=body)
    return str(offset)


app = FHIRStarter()
app.add_providers(provider)


@app.get("/healthz")
def healthz() -> Response:
    return Response("ok")


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listener])
