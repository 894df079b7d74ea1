"""The button by which a person gets their file: what has to be read over first, then on the screen, on paper or as FHIR."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from clinical.people import Identity
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.pages.forms import Field
from services.access.roles.types import OWN_FILE
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.consent_keeping import somebody
from services.clinic.consents import languages_of, law
from services.clinic.find_page import PEOPLE
from services.clinic.own_file import PURPOSE, PersonsFile, Sources, persons_file
from services.clinic.own_file_sheet import own_file_sheet
from services.clinic.permitted import require
from services.clinic.reading import people
from services.shared.errors import BadRequest
from services.shared.languages import N_
from services.shared.pages import Pages

OWN = f"{PEOPLE}/own-file"
PIECE = 64 * 1024

READ_IT_FIRST = N_("Read first what is written in words: it may name somebody else. Then say that you have.")


@dataclass(frozen=True)
class OwnFilePage:
    """What is to be read first, and the ways in which the person gets it."""

    patient: str
    identity: Identity
    file: PersonsFile


def own_file_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=OWN, include_in_schema=False)

    @router.post("")
    def before(request: Request, asking: Clinician, person: Field = "") -> Response:
        file, _ = _read(asking, person)
        _log_shown(asking, person, file)
        return pages.render(request, "clinic/own_file.html", OwnFilePage(person, file.identity, file))

    @router.post("/read")
    def in_the_clinic(request: Request, asking: Clinician, person: Field = "") -> Response:
        file, _ = _read(asking, person)
        _log_shown(asking, person, file)
        return pages.render(request, "clinic/own_file_read.html", OwnFilePage(person, file.identity, file))

    @router.post("/pdf")
    def sealed(request: Request, asking: Clinician, person: Field = "", read_over: Field = "") -> Response:
        file, speaks = _read(asking, person)
        _require_read_over(file, read_over)
        made = own_file_sheet(file, asking.zone, pages.languages.choose((), speaks))
        _log_taken(asking, person, file)
        return Response(made, media_type="application/pdf", headers=_named("record.pdf"))

    @router.post("/fhir")
    def as_fhir(request: Request, asking: Clinician, person: Field = "", read_over: Field = "") -> Response:
        with ExitStack() as unless_it_goes_out:
            # It has no name in any folder, and is gone once it is closed.
            written = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 - outlives this function
            unless_it_goes_out.enter_context(written)
            file, _ = _read(asking, person, written)
            _require_read_over(file, read_over)
            _log_taken(asking, person, file)
            unless_it_goes_out.pop_all()
        return StreamingResponse(
            _pieces(written), media_type="application/fhir+json", headers=_named("record.json")
        )

    return router


def _read(asking: Asking, id_: str, to: IO[str] | None = None) -> tuple[PersonsFile, list[str]]:
    """The file, and the languages of the person. Raises NobodyHere, Forbidden."""
    with asking.snapshot() as (connection, cursor):
        patient = somebody(asking, connection, id_)
        require(asking, cursor, patient, OWN_FILE)
        sources = Sources(
            connection, cursor, asking.keyring, asking.audit.keys.subject, law(asking), asking.zone
        )
        return persons_file(sources, id_, to), languages_of(asking, cursor, patient)


def _require_read_over(file: PersonsFile, read_over: str) -> None:
    if file.to_read_over and read_over != "yes":
        raise BadRequest(READ_IT_FIRST)


def _log_shown(asking: Asking, id_: str, file: PersonsFile) -> None:
    about = Subjects(people([id_]))
    asking.log(kinds.read(asking.circumstances(PURPOSE), "$own-file", "Patient", about, results=file.count))


def _log_taken(asking: Asking, id_: str, file: PersonsFile) -> None:
    """That it left as a file, before it does."""
    asking.log(taken(asking.circumstances(PURPOSE), id_, file))


def taken(at: kinds.Circumstances, id_: str, file: PersonsFile) -> kinds.AuditEvent:
    """The event that the whole file of a person was taken out for them."""
    return kinds.export(at, sorted(file.types), results=file.count, about=Subjects(people([id_])))


def _pieces(written: IO[str]) -> Iterator[str]:
    with written:
        written.seek(0)
        while piece := written.read(PIECE):
            yield piece


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
