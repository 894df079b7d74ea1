"""What somebody says of a treatment elsewhere becomes a claim, which nobody has confirmed yet (``clinical/oat/claim.py``).

As long as no call was answered, what is said is put right in the claim. What is said afterwards is another claim: what a
centre has confirmed is not changed by what is typed here, and what is typed here is not confirmed by an earlier call.
"""

from dataclasses import dataclass, field, replace

from clinical.oat.claim import Claim, Outcome, claim_of, observation_of
from clinical.oat.product import products
from clinical.oat.shapes import Json, extension, extensions, id_in, reference, when
from clinical.reception.question import Known, Recorded

MOST = 9
KEYS = tuple(f"claimed-dose-{nth}" for nth in range(1, MOST + 1))
"""Each a claim of its own; the latest counts."""

NOT_TREATED = "none"

PLACE = "treated-at"


def records(known: Known) -> Recorded:
    """The claim that the answers are, or that the one before was an error."""
    made = [key for key in KEYS if key in known.before]
    before = claim_of(known.before[made[-1]], known.zone) if made else None
    said = _said(known)
    if before is not None and not _is_answered(before):
        yield made[-1], _observation(known, replace(said, said_at=before.said_at), before) if said else None
    elif said is not None and (before is None or _said_since(known, before)):
        yield KEYS[min(len(made), MOST - 1)], _observation(known, said, None)


def _is_answered(claim: Claim) -> bool:
    return claim.answer is not None


def _said_since(known: Known, before: Claim) -> bool:
    """Whether an answer about the dose is newer than the last call that was answered."""
    called = max(call.at for call in before.calls if call.outcome is not Outcome.NOT_REACHED)
    answers = (known.answers.get(code) for code in ("oat", "oat-last", "oat-mg"))
    return any(one.at > called for one in answers if one)


def _said(known: Known) -> Claim | None:
    """What the answers claim; None: no treatment elsewhere, or nobody says."""
    answer = known.answers.get("oat")
    if answer is None or answer.silence or answer.says(NOT_TREATED):
        return None
    last, mg = known.answers.get("oat-last"), known.answers.get("oat-mg")
    taken = when(last.when, known.zone) if last and last.when else None
    return Claim(
        id="",
        patient=known.patient,
        said_at=known.at,
        product=next((products()[code] for code in answer.codes if code in products()), None),
        mg=mg.amount if mg else None,
        last_taken_at=taken.at if taken else None,
        surely_by=taken.surely_by if taken else None,
        last_taken_on=taken.day if taken else None,
    )


def _observation(known: Known, claim: Claim, before: Claim | None) -> Json:
    """With the calls that nobody answered yet, and where the person says they were treated."""
    made = observation_of(replace(claim, calls=before.calls if before else ()))
    where = known.answers.get("oat-place")
    if where is None or not (where.place or where.text):
        return made
    said = (
        {"valueReference": reference("Organization", where.place)}
        if where.place
        else {"valueString": where.text}
    )
    return {**made, "extension": [*made.get("extension", ()), extension(PLACE, **said)]}


@dataclass(frozen=True)
class TreatedAt:
    """Where the person says they were treated: the id of an Organization, or a place in words; both empty: not said."""

    organization: str = ""
    words: str = field(default="", repr=False)


def treated_at(observation: Json) -> TreatedAt:
    """Where a claim says it."""
    said = next(extensions(observation, PLACE), {})
    id_ = id_in(said.get("valueReference", {}), "Organization")
    return TreatedAt(id_ or "", str(said.get("valueString", "")))
