"""In which form a record is shown to whom."""

from typing import Any

from asking import SETS, a_subject, an_actor
from resources import a_dose, an_observation

from clinical.labels import labels_of
from clinical.safety_set import kind_of
from services.access.decision import Actor, shown

TLD = {"coding": [{"system": "http://www.whocc.no/atc", "code": "J05AR27"}]}
CD4 = {"coding": [{"system": "http://loinc.org", "code": "24467-3"}]}
ART_DOSE = a_dose("d", medicationCodeableConcept=TLD)


def _shown(actor: Actor, resource: dict[str, Any], **how: Any) -> Any:
    labels, safety = labels_of(resource), kind_of(resource)
    return shown(actor, resource, a_subject(resource["resourceType"], labels=labels, safety=safety, **how))


def test_a_doctor_sees_the_whole() -> None:
    assert _shown(an_actor("doctor"), ART_DOSE) is ART_DOSE


def test_a_nurse_sees_that_there_is_another_medicine() -> None:
    seen = _shown(an_actor("nurse"), ART_DOSE)
    assert seen["medicationCodeableConcept"]["coding"][0]["code"] == "other-medicine"
    assert "J05AR27" not in str(seen)


def test_a_nurse_sees_a_methadone_dose_whole() -> None:
    dose = a_dose("d")
    assert _shown(an_actor("nurse"), dose) is dose


def test_a_doctor_without_a_purpose_sees_what_a_nurse_sees() -> None:
    asked = an_actor("doctor", purpose_given_for=frozenset())
    assert _shown(asked, ART_DOSE) == _shown(an_actor("nurse"), ART_DOSE)


def test_what_a_nurse_may_see_of_a_medicine_is_in_its_reduced_form() -> None:
    painkiller = {"coding": [{"system": "http://www.whocc.no/atc", "code": "N02BE01"}]}
    for_hiv = a_dose("d", medicationCodeableConcept=painkiller, reasonCode=[CD4])
    seen = _shown(an_actor("nurse"), for_hiv)
    assert seen["medicationCodeableConcept"] == painkiller
    assert "24467-3" not in str(seen)


def test_a_nurse_sees_no_result() -> None:
    assert _shown(an_actor("nurse"), an_observation("o", code=CD4)) is None


def test_a_guard_sees_nothing() -> None:
    assert _shown(an_actor("custody_officer"), a_dose("d")) is None
    assert SETS["none"] == labels_of(an_observation("o"))
    assert _shown(an_actor("custody_officer"), an_observation("o")) is None
