"""What a prescriber decides to give again after a dose was vomited, weighed against what the protocol has for it."""

from dataclasses import replace
from decimal import Decimal

from clinical.oat.checks import asked_for
from clinical.oat.happened import Happened
from clinical.oat.issue import Issue, Severity
from clinical.oat.vomited import TABLE, MayAuthorise, after_vomiting
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "re-dose"

ABOVE = N_("%(mg)s mg are given again after vomiting. The protocol has at most %(most)s mg")
ABOVE_DOSE = N_("%(mg)s mg are given again after vomiting: more than the dose was")
NOTHING_SAID = N_("%(mg)s mg are given again after vomiting, and the protocol does not say how much may be")
NOT_KNOWN = N_("%(mg)s mg are given again after vomiting, and the dose is not known here")


def weighed_re_dose(
    dose: Happened | None, vomited: Happened | None, mg: Decimal, protocol: Protocol
) -> Issue | None:
    """What is to be weighed before so much is given again; None: nothing is, or no more than the protocol has. Raises BadProtocol.

    Args:
        dose: as it was taken; None: its record is not known.
        vomited: what was vomited; None: its record is not known.
        mg: what the prescriber decides.
        protocol: of the country.
    """
    if mg <= 0:
        return None
    found = _issue(dose, vomited, mg, protocol)
    return asked_for(found, protocol) if found else None


def _issue(dose: Happened | None, vomited: Happened | None, mg: Decimal, protocol: Protocol) -> Issue | None:
    if dose is None or vomited is None:
        return Issue(CODE, Severity.HIGH, Sentence(NOT_KNOWN, {"mg": mg}))
    may = after_vomiting(dose, vomited, protocol)
    found = _above(dose, may, mg)
    by = (f"{TABLE}.{dose.product.code}",) if dose.product and not may.not_set else ()
    evidence = (f"MedicationAdministration/{dose.id}", f"Observation/{vomited.id}")
    return replace(found, evidence=evidence, by=by, not_set=may.not_set) if found else None


def _above(dose: Happened, may: MayAuthorise, mg: Decimal) -> Issue | None:
    if may.at_most_mg is not None:
        says = Sentence(ABOVE, {"mg": mg, "most": may.at_most_mg})
        return Issue(CODE, Severity.HIGH, says) if mg > may.at_most_mg else None
    if dose.mg is not None and mg > dose.mg:
        return Issue(CODE, Severity.HIGH, Sentence(ABOVE_DOSE, {"mg": mg}))
    return Issue(CODE, Severity.MODERATE, Sentence(NOTHING_SAID, {"mg": mg}))
