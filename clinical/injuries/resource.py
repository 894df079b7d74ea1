"""The form on injuries as a QuestionnaireResponse. It is very restricted: it leaves the house by no agreement, and custody
never gets at it; whoever has to report outward does so by a disclosure without consent."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from clinical.injuries.form import Consistency, InjuryForm, Statement, Withdrawn
from clinical.injuries.injury import Colour, Injury, Kind
from clinical.oat.shapes import (
    OURS,
    Json,
    decimal_in,
    extension,
    extensions,
    id_in,
    moment,
    reference,
    value_of,
    without_none,
    written,
)
from clinical.reception.form import VERY_RESTRICTED

QUESTIONNAIRE = "urn:throughcare:questionnaire:injuries"
CHAIN = "urn:throughcare:injuries"
BINARY = "Binary/"

DRAFT, SIGNED, DISCARDED = "in-progress", "completed", "stopped"
IN_ERROR = "entered-in-error"
WITHDRAWN = "injuries-withdrawn"


def resource_of(form: InjuryForm, at: str) -> dict[str, Any]:
    """The resource. ``at``: when it was written, as FHIR writes it; of a signed one it is when that was."""
    return without_none(
        {
            "resourceType": "QuestionnaireResponse",
            "id": form.id,
            "meta": {"security": [VERY_RESTRICTED]},
            "extension": [*_extensions(form)],
            "identifier": {"system": CHAIN, "value": form.chain},
            "questionnaire": QUESTIONNAIRE,
            "status": SIGNED if form.is_signed else DRAFT,
            "subject": reference("Patient", form.patient),
            "encounter": reference("Encounter", form.encounter) if form.encounter else None,
            "authored": written(form.signed_at) if form.signed_at else at,
            "author": reference("Practitioner", form.by) if form.by else None,
            "item": [*_items(form)],
        }
    )


def _extensions(form: InjuryForm) -> Iterator[dict[str, Any]]:
    if form.signed_at is not None:
        yield extension("signed", valueDateTime=written(form.signed_at))
    if form.corrects:
        yield extension("corrects", valueReference=reference("QuestionnaireResponse", form.corrects))
    if form.reason:
        yield extension("correction-reason", valueString=form.reason)


def _items(form: InjuryForm) -> Iterator[dict[str, Any]]:
    if form.statement is not None:
        words = [{"valueString": form.words}] if form.words else []
        yield _item("statement", [_coding("injury-statement", form.statement), *words])
    for one in form.injuries:
        yield {"linkId": "injury", "item": [*_injury(one)]}
    if form.nothing_found:
        yield _item("nothing-found", [{"valueBoolean": True}])
    if form.consistency is not None:
        yield _item("consistency", [_coding("injury-consistency", form.consistency)])
    if form.opinion:
        yield _item("opinion", [{"valueString": form.opinion}])


def _injury(one: Injury) -> Iterator[dict[str, Any]]:
    if one.region:
        yield _item("region", [_coding("body-region", one.region)])
    yield _item("kind", [_coding("injury-kind", one.kind)])
    for name, measured in (("length", one.length_mm), ("width", one.width_mm)):
        if measured is not None:
            yield _item(name, [{"valueQuantity": _mm(measured)}])
    if one.colours:
        yield _item("colour", [_coding("injury-colour", colour) for colour in one.colours])
    if one.note:
        yield _item("note", [{"valueString": one.note}])
    if one.photo:
        yield _item("photo", [{"valueAttachment": {"url": f"{BINARY}{one.photo}"}}])


def _item(link: str, answers: list[dict[str, Any]]) -> dict[str, Any]:
    return {"linkId": link, "answer": answers}


def _coding(name: str, code: str) -> dict[str, Any]:
    return {"valueCoding": {"system": OURS + name, "code": str(code)}}


def _mm(value: int) -> dict[str, Any]:
    return {"value": value, "unit": "mm", "system": "http://unitsofmeasure.org", "code": "mm"}


def form_of(response: Json, zone: ZoneInfo) -> InjuryForm | None:
    """The form that a resource is; None if it is another one, was discarded, or is of another person."""
    if response.get("questionnaire") != QUESTIONNAIRE or response.get("status") not in (DRAFT, SIGNED):
        return None
    return _form_of(response, zone)


def withdrawn(response: Json, by: str, at: str, why: str) -> dict[str, Any]:
    """The form as one that is of another person, with who says so, when (as FHIR writes it) and why."""
    said = extension(
        WITHDRAWN,
        extension=[
            {"url": "by", "valueReference": reference("Practitioner", by)},
            {"url": "at", "valueDateTime": at},
            {"url": "why", "valueString": why},
        ],
    )
    return {**response, "status": IN_ERROR, "extension": [*response.get("extension", ()), said]}


def withdrawn_of(response: Json, zone: ZoneInfo) -> Withdrawn | None:
    """What is known of a form that was signed in the record of the wrong person; None if a resource is none."""
    if response.get("questionnaire") != QUESTIONNAIRE or response.get("status") != IN_ERROR:
        return None
    said = next(extensions(response, WITHDRAWN), {})
    found = {one.get("url"): one for one in said.get("extension", ())}
    form, at = _form_of(response, zone), found.get("at", {}).get("valueDateTime")
    return Withdrawn(
        form.id,
        form.signed_at,
        form.by,
        id_in(found.get("by", {}).get("valueReference", {}), "Practitioner"),
        moment(at, zone) if at else None,
        str(found.get("why", {}).get("valueString", "")),
    )


def _form_of(response: Json, zone: ZoneInfo) -> InjuryForm:
    signed = value_of(response, "signed", "valueDateTime")
    items = response.get("item", ())
    statement, consistency = _code(items, "statement"), _code(items, "consistency")
    return InjuryForm(
        patient=id_in(response.get("subject", {}), "Patient") or "",
        chain=response.get("identifier", {}).get("value", ""),
        id=response.get("id", ""),
        encounter=id_in(response.get("encounter", {}), "Encounter") or "",
        statement=Statement(statement) if statement else None,
        words=_text(items, "statement"),
        nothing_found=bool(_first(items, "nothing-found", "valueBoolean")),
        injuries=tuple(_injury_of(one.get("item", ())) for one in items if one["linkId"] == "injury"),
        consistency=Consistency(consistency) if consistency else None,
        opinion=_text(items, "opinion"),
        by=id_in(response.get("author", {}), "Practitioner"),
        signed_at=moment(signed, zone) if signed and response["status"] != DRAFT else None,
        corrects=id_in(value_of(response, "corrects", "valueReference") or {}, "QuestionnaireResponse") or "",
        reason=str(value_of(response, "correction-reason", "valueString") or ""),
    )


def _injury_of(items: Any) -> Injury:
    photo = _first(items, "photo", "valueAttachment") or {}
    return Injury(
        region=_code(items, "region"),
        kind=Kind(_code(items, "kind") or Kind.OTHER),
        length_mm=_measure(items, "length"),
        width_mm=_measure(items, "width"),
        colours=tuple(Colour(one["valueCoding"]["code"]) for one in _answers(items, "colour")),
        note=_text(items, "note"),
        photo=str(photo.get("url", "")).removeprefix(BINARY),
    )


def _answers(items: Any, link: str) -> list[Json]:
    return [answer for one in items if one["linkId"] == link for answer in one.get("answer", ())]


def _first(items: Any, link: str, member: str) -> Any:
    return next((one[member] for one in _answers(items, link) if member in one), None)


def _code(items: Any, link: str) -> str:
    coding = _first(items, link, "valueCoding") or {}
    return str(coding.get("code", ""))


def _text(items: Any, link: str) -> str:
    return str(_first(items, link, "valueString") or "")


def _measure(items: Any, link: str) -> int | None:
    value = decimal_in(_first(items, link, "valueQuantity") or {})
    return None if value is None else int(value)
