"""For official rules over several elements, by key: a resource that keeps the rule, and one that breaks only that."""

from typing import Any

Json = dict[str, Any]
Pair = tuple[Json, Json]

SUBJECT = {"reference": "Patient/p1"}
SOME = {"text": "a"}


def a(type_: str, **elements: Any) -> Json:
    return {"resourceType": type_, **elements}


def coded(system: str, code: str) -> Json:
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}


# --- people and care


def an_allergy(**elements: Any) -> Json:
    return a("AllergyIntolerance", patient=SUBJECT, **elements)


def an_appointment(status: str = "proposed", **elements: Any) -> Json:
    base: Json = {"status": status, "participant": [{"type": [SOME], "status": "accepted"}]}
    return a("Appointment", **{**base, **elements})


def a_condition(**elements: Any) -> Json:
    return a("Condition", subject=SUBJECT, **elements)


ALLERGY_IN_ERROR = coded("allergyintolerance-verification", "entered-in-error")
ALLERGY_ACTIVE = coded("allergyintolerance-clinical", "active")
IN_ERROR = coded("condition-ver-status", "entered-in-error")
ACTIVE = coded("condition-clinical", "active")
RESOLVED = coded("condition-clinical", "resolved")
TIMES = {"start": "2026-03-01T10:00:00Z", "end": "2026-03-01T10:30:00Z"}


def a_plan(**activity: Any) -> Json:
    return a("CarePlan", status="active", intent="plan", subject=SUBJECT, activity=[activity])


def a_team(member: str) -> Json:
    participant = {"member": {"reference": member}, "onBehalfOf": {"reference": "Organization/o"}}
    return a("CareTeam", participant=[participant])


def a_goal(**target: Any) -> Json:
    return a("Goal", lifecycleStatus="active", description=SOME, subject=SUBJECT, target=[target])


def a_request(**elements: Any) -> Json:
    return a("ServiceRequest", status="active", intent="order", subject=SUBJECT, **elements)


def a_task(**elements: Any) -> Json:
    return a("Task", status="requested", intent="order", **elements)


def a_dispense(**elements: Any) -> Json:
    return a("MedicationDispense", status="completed", medicationCodeableConcept=SOME, **elements)


def an_immunization(**education: Any) -> Json:
    base: Json = {
        "status": "completed",
        "vaccineCode": SOME,
        "patient": SUBJECT,
        "occurrenceDateTime": "2026",
    }
    return a("Immunization", **base, education=[{"publicationDate": "2026", **education}])


def a_consent(**elements: Any) -> Json:
    return a("Consent", status="active", scope=SOME, category=[SOME], **elements)


def an_audit_event(**entity: Any) -> Json:
    agent = [{"requestor": True}]
    source = {"observer": {"reference": "Device/d"}}
    base: Json = {"type": {"code": "a"}, "recorded": "2026-03-01T10:00:00Z", "agent": agent, "source": source}
    return a("AuditEvent", **base, entity=[entity])


CARE: dict[str, Pair] = {
    "ait-1": (an_allergy(verificationStatus=ALLERGY_IN_ERROR), an_allergy()),
    "ait-2": (
        an_allergy(clinicalStatus=ALLERGY_ACTIVE),
        an_allergy(clinicalStatus=ALLERGY_ACTIVE, verificationStatus=ALLERGY_IN_ERROR),
    ),
    "app-1": (
        an_appointment(participant=[{"actor": SUBJECT, "status": "accepted"}]),
        an_appointment(participant=[{"status": "accepted"}]),
    ),
    "app-2": (an_appointment(**TIMES), an_appointment(start=TIMES["start"])),
    "app-3": (an_appointment("booked", **TIMES), an_appointment("booked")),
    "app-4": (
        an_appointment("cancelled", cancelationReason=SOME),
        an_appointment("proposed", cancelationReason=SOME),
    ),
    "con-1": (a_condition(stage=[{"summary": SOME}]), a_condition(stage=[{"type": SOME}])),
    "con-2": (
        a_condition(evidence=[{"code": [SOME]}]),
        a_condition(evidence=[{"extension": [{"url": "urn:x", "valueCode": "a"}]}]),
    ),
    "con-4": (
        a_condition(abatementString="a", clinicalStatus=RESOLVED),
        a_condition(abatementString="a", clinicalStatus=ACTIVE),
    ),
    "con-5": (
        a_condition(verificationStatus=IN_ERROR),
        a_condition(verificationStatus=IN_ERROR, clinicalStatus=ACTIVE),
    ),
    "cpl-3": (
        a_plan(reference={"reference": "Task/t"}),
        a_plan(reference={"reference": "Task/t"}, detail={"status": "completed"}),
    ),
    "ctm-1": (a_team("Practitioner/n"), a_team("Patient/p1")),
    "gol-1": (a_goal(measure=SOME, detailString="a"), a_goal(detailString="a")),
    "prr-1": (a_request(code=SOME, orderDetail=[SOME]), a_request(orderDetail=[SOME])),
    "inv-1": (
        a_task(authoredOn="2026-03-01", lastModified="2026-03-01T10:00:00Z"),
        a_task(authoredOn="2026-03-03", lastModified="2026-03-01T10:00:00Z"),
    ),
    "mdd-1": (
        a_dispense(whenPrepared="2026-03-01", whenHandedOver="2026-03-01"),
        a_dispense(whenPrepared="2026-03-02", whenHandedOver="2026-03-01"),
    ),
    "imm-1": (an_immunization(documentType="a"), an_immunization()),
    "ppc-1": (a_consent(policyRule=SOME), a_consent()),
    "sev-1": (an_audit_event(name="a"), an_audit_event(name="a", query="AAAA")),
}


# --- what holds entries


def a_bundle(type_: str, *entries: Json, **elements: Any) -> Json:
    return a("Bundle", type=type_, **({"entry": list(entries)} if entries else {}), **elements)


def entry(**elements: Any) -> Json:
    return {"resource": a("Basic", code=SOME), **elements}


COMPOSITION = a(
    "Composition",
    status="final",
    type=SOME,
    date="2026",
    author=[{"reference": "Practitioner/n"}],
    title="a",
)
HEADER = a("MessageHeader", eventUri="urn:x", source={"endpoint": "urn:y"})
REQUEST = {"method": "POST", "url": "Basic"}
ANSWER = {"status": "201"}
DOCUMENT: Json = {"identifier": {"system": "urn:x", "value": "1"}, "timestamp": "2026-03-01T10:00:00Z"}
FIRST = {"resource": COMPOSITION}


def a_section(**section: Any) -> Json:
    return {**COMPOSITION, "section": [section]}


def a_list(mode: str, *entries: Json, **elements: Any) -> Json:
    return a("List", status="current", mode=mode, **({"entry": list(entries)} if entries else {}), **elements)


def a_group(actual: bool) -> Json:
    return a("Group", type="person", actual=actual, member=[{"entity": SUBJECT}])


ITEM = {"item": {"reference": "Condition/c"}}

HOLDERS: dict[str, Pair] = {
    "bdl-1": (a_bundle("searchset", total=0), a_bundle("collection", total=0)),
    "bdl-2": (
        a_bundle("searchset", entry(search={"mode": "match"})),
        a_bundle("collection", entry(search={"mode": "match"})),
    ),
    "bdl-3": (a_bundle("transaction", entry(request=REQUEST)), a_bundle("transaction", entry())),
    "bdl-4": (
        a_bundle("batch-response", entry(response=ANSWER)),
        a_bundle("collection", entry(response=ANSWER)),
    ),
    "bdl-5": (a_bundle("collection", entry()), a_bundle("collection", {"fullUrl": "urn:x:1"})),
    "bdl-8": (
        a_bundle("collection", entry(fullUrl="http://x/Basic/1")),
        a_bundle("collection", entry(fullUrl="http://x/Basic/1/_history/2")),
    ),
    "bdl-9": (
        a_bundle("document", FIRST, **DOCUMENT),
        a_bundle("document", FIRST, timestamp=DOCUMENT["timestamp"]),
    ),
    "bdl-10": (
        a_bundle("document", FIRST, **DOCUMENT),
        a_bundle("document", FIRST, identifier=DOCUMENT["identifier"]),
    ),
    "bdl-11": (
        a_bundle("document", FIRST, entry(), **DOCUMENT),
        a_bundle("document", entry(), FIRST, **DOCUMENT),
    ),
    "bdl-12": (a_bundle("message", {"resource": HEADER}), a_bundle("message", entry())),
    "cmp-1": (a_section(entry=[SUBJECT]), a_section(title="a")),
    "cmp-2": (
        a_section(section=[{"entry": [SUBJECT]}], emptyReason=SOME),
        a_section(entry=[SUBJECT], emptyReason=SOME),
    ),
    "lst-1": (a_list("working", emptyReason=SOME), a_list("working", ITEM, emptyReason=SOME)),
    "lst-2": (a_list("changes", {**ITEM, "deleted": True}), a_list("working", {**ITEM, "deleted": True})),
    "lst-3": (a_list("working", {**ITEM, "date": "2026"}), a_list("changes", {**ITEM, "date": "2026"})),
    "grp-1": (a_group(True), a_group(False)),
}


# --- questions and measures


def a_questionnaire(*items: Json) -> Json:
    return a("Questionnaire", status="draft", item=[{"linkId": str(n), **one} for n, one in enumerate(items)])


def question(type_: str, **elements: Any) -> Json:
    return a_questionnaire({"type": type_, **elements})


def condition(**elements: Any) -> Json:
    return {"question": "b", **elements}


INNER = {"linkId": "inner", "type": "string"}
INITIAL = [{"valueString": "a"}]
THREE = [condition(operator="exists", answerBoolean=True)] * 3


def a_measure(**stratifier: Any) -> Json:
    return a("Measure", status="draft", group=[{"stratifier": [stratifier]}])


def a_report(type_: str = "summary", **elements: Any) -> Json:
    return a(
        "MeasureReport", status="complete", type=type_, measure="urn:m", period={"start": "2026"}, **elements
    )


def a_stratum(**stratum: Any) -> Json:
    return a_report(group=[{"stratifier": [{"stratum": [stratum]}]}])


CRITERIA = {"language": "text/cql", "expression": "a"}
PART = {"code": SOME, "value": SOME}

QUESTIONS: dict[str, Pair] = {
    "que-1": (question("group", item=[INNER]), question("group")),
    "que-2": (
        question("group", item=[INNER]),
        question("group", item=[INNER, INNER]),
    ),
    "que-3": (question("string", code=[{"code": "a"}]), question("display", code=[{"code": "a"}])),
    "que-4": (
        question("choice", answerOption=INITIAL),
        question("choice", answerOption=INITIAL, answerValueSet="urn:x"),
    ),
    "que-5": (question("choice", answerValueSet="urn:x"), question("boolean", answerValueSet="urn:x")),
    "que-6": (question("string", required=True), question("display", required=True)),
    "que-7": (
        question("string", enableWhen=[condition(operator="exists", answerBoolean=True)]),
        question("string", enableWhen=[condition(operator="exists", answerInteger=1)]),
    ),
    "que-8": (question("string", initial=INITIAL), question("display", initial=INITIAL)),
    "que-9": (question("string", readOnly=True), question("display", readOnly=True)),
    "que-10": (question("string", maxLength=5), question("date", maxLength=5)),
    "que-11": (
        question("choice", answerOption=INITIAL),
        question("choice", answerOption=INITIAL, initial=INITIAL),
    ),
    "que-12": (
        question("string", enableWhen=THREE, enableBehavior="all"),
        question("string", enableWhen=THREE),
    ),
    "que-13": (
        question("string", repeats=True, initial=INITIAL * 2),
        question("string", initial=INITIAL * 2),
    ),
    "qrs-1": (
        a("QuestionnaireResponse", status="completed", item=[{"linkId": "a", "item": [{"linkId": "b"}]}]),
        a(
            "QuestionnaireResponse",
            status="completed",
            item=[{"linkId": "a", "item": [{"linkId": "b"}], "answer": [{"valueString": "a"}]}],
        ),
    ),
    "mea-1": (a_measure(criteria=CRITERIA), a_measure(criteria=CRITERIA, component=[{"criteria": CRITERIA}])),
    "mrp-1": (a_report(group=[{"code": SOME}]), a_report("data-collection", group=[{"code": SOME}])),
    "mrp-2": (a_stratum(value=SOME), a_stratum(value=SOME, component=[PART])),
}


# --- terminology and structures


def a_code_system(*concepts: Json) -> Json:
    return a("CodeSystem", status="draft", content="complete", concept=list(concepts))


def an_include(**include: Any) -> Json:
    return a("ValueSet", status="draft", compose={"include": [include]})


def an_expansion(**member: Any) -> Json:
    return a("ValueSet", status="draft", expansion={"timestamp": "2026", "contains": [member]})


CONCEPT = [{"code": "a"}]
FILTER = [{"property": "a", "op": "=", "value": "b"}]


def a_structure(
    *, snapshot: list[Json] | None = None, differential: list[Json] | None = None, **elements: Any
) -> Json:
    views = {"snapshot": snapshot, "differential": differential}
    base: Json = {
        "url": "urn:x",
        "name": "A",
        "status": "draft",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
    }
    made = {**base, **{name: {"element": view} for name, view in views.items() if view}, **elements}
    return a("StructureDefinition", **{name: value for name, value in made.items() if value is not None})


def an_element(path: str = "Patient.active", **elements: Any) -> Json:
    return {"id": path, "path": path, **elements}


def defined(path: str = "Patient", **elements: Any) -> Json:
    """An element of a snapshot; None leaves out what it should have."""
    wanted: Json = {"definition": "a", "min": 0, "max": "1", "base": {"path": path, "min": 0, "max": "1"}}
    made = an_element(path, **{**wanted, **elements})
    return {name: value for name, value in made.items() if value is not None}


def differing(**elements: Any) -> Json:
    """A profile with one element."""
    return a_structure(differential=[an_element(**elements)])


ROOT = an_element("Patient")
BOOLEAN = {"code": "boolean"}
CONSTRAINT = {"key": "k", "severity": "error", "human": "a"}
LOGICAL: Json = {"kind": "logical", "derivation": "specialization"}

STRUCTURES: dict[str, Pair] = {
    "csd-1": (
        a_code_system({"code": "a", "concept": [{"code": "b"}]}),
        a_code_system({"code": "a", "concept": [{"code": "a"}]}),
    ),
    "vsd-1": (an_include(valueSet=["urn:x"]), an_include(version="1")),
    "vsd-2": (
        an_include(valueSet=["urn:x"], concept=CONCEPT, system="urn:y"),
        an_include(valueSet=["urn:x"], concept=CONCEPT),
    ),
    "vsd-3": (
        an_include(system="urn:x", concept=CONCEPT),
        an_include(system="urn:x", concept=CONCEPT, filter=FILTER),
    ),
    "vsd-6": (an_expansion(display="a", abstract=True), an_expansion(abstract=True)),
    "vsd-9": (an_expansion(display="a", abstract=True), an_expansion(display="a")),
    "vsd-10": (an_expansion(code="a", system="urn:x"), an_expansion(code="a")),
    "sdf-1": (
        a_structure(
            snapshot=[defined(), {**defined("Patient.active"), "id": "b"}], derivation="specialization"
        ),
        a_structure(
            snapshot=[defined(), defined("Patient.active"), {**defined("Patient.active"), "id": "b"}],
            derivation="specialization",
        ),
    ),
    "sdf-2": (
        a_structure(differential=[ROOT], mapping=[{"identity": "a", "name": "b"}]),
        a_structure(differential=[ROOT], mapping=[{"identity": "a"}]),
    ),
    "sdf-3": (a_structure(snapshot=[defined()]), a_structure(snapshot=[defined(max=None)])),
    "sdf-5": (
        a_structure(
            differential=[an_element("Extension")],
            type="Extension",
            context=[{"type": "element", "expression": "Patient"}],
        ),
        a_structure(differential=[an_element("Extension")], type="Extension"),
    ),
    "sdf-6": (a_structure(differential=[ROOT]), a_structure()),
    "sdf-8": (
        a_structure(snapshot=[defined(), defined("Patient.active")]),
        a_structure(snapshot=[defined(), defined("Person.active")]),
    ),
    "sdf-8b": (a_structure(snapshot=[defined()]), a_structure(snapshot=[defined(base=None)])),
    "sdf-9": (differing(label="a"), differing(path="Patient", label="a")),
    "sdf-10": (
        a_structure(
            snapshot=[
                defined(),
                defined("Patient.gender", binding={"strength": "example", "description": "a"}),
            ]
        ),
        a_structure(snapshot=[defined(), defined("Patient.gender", binding={"strength": "example"})]),
    ),
    "sdf-11": (a_structure(snapshot=[defined("Patient")]), a_structure(snapshot=[defined("Person")])),
    "sdf-14": (a_structure(differential=[ROOT]), a_structure(differential=[{"path": "Patient"}])),
    "sdf-15": (
        a_structure(snapshot=[defined(type=[BOOLEAN])], **LOGICAL),
        a_structure(snapshot=[defined(type=[BOOLEAN])]),
    ),
    "sdf-15a": (
        a_structure(differential=[an_element("Patient", type=[BOOLEAN])], **LOGICAL),
        a_structure(differential=[an_element("Patient", type=[BOOLEAN])]),
    ),
    "sdf-16": (
        a_structure(snapshot=[defined(), defined("Patient.active")]),
        a_structure(snapshot=[defined(), {**defined("Patient.active"), "id": "Patient"}]),
    ),
    "sdf-17": (
        a_structure(differential=[ROOT, an_element()]),
        a_structure(differential=[ROOT, {**an_element(), "id": "Patient"}]),
    ),
    "sdf-18": (
        a_structure(
            differential=[an_element("Extension")],
            type="Extension",
            context=[{"type": "element", "expression": "Patient"}],
            contextInvariant=["true"],
        ),
        a_structure(differential=[ROOT], contextInvariant=["true"]),
    ),
    "sdf-19": (
        a_structure(
            differential=[an_element(type=[BOOLEAN])], url="http://hl7.org/fhir/StructureDefinition/x"
        ),
        a_structure(
            differential=[an_element(type=[{"code": "urn:x"}])],
            url="http://hl7.org/fhir/StructureDefinition/x",
        ),
    ),
    "sdf-20": (
        differing(slicing={"rules": "open", "description": "a"}),
        differing(path="Patient", slicing={"rules": "open", "description": "a"}),
    ),
    "sdf-21": (
        a_structure(differential=[an_element(defaultValueBoolean=True)], derivation="specialization"),
        a_structure(differential=[an_element(defaultValueBoolean=True)]),
    ),
    "sdf-22": (
        a_structure(differential=[an_element(defaultValueBoolean=True)], derivation="specialization"),
        a_structure(
            differential=[an_element(defaultValueBoolean=True)],
            derivation="specialization",
            url="http://hl7.org/fhir/StructureDefinition/x",
        ),
    ),
    "sdf-23": (differing(sliceName="a"), differing(path="Patient", sliceName="a")),
    "eld-1": (
        differing(slicing={"rules": "open", "discriminator": [{"type": "value", "path": "url"}]}),
        differing(slicing={"rules": "open"}),
    ),
    "eld-2": (differing(min=1, max="1"), differing(min=2, max="1")),
    "eld-3": (differing(max="*"), differing(max="many")),
    "eld-4": (
        differing(type=[{"code": "Reference", "aggregation": ["bundled"]}]),
        differing(type=[{"code": "boolean", "aggregation": ["bundled"]}]),
    ),
    "eld-5": (
        differing(contentReference="#Patient.link"),
        differing(contentReference="#Patient.link", maxLength=1),
    ),
    "eld-6": (
        differing(fixedBoolean=True, type=[BOOLEAN]),
        differing(fixedBoolean=True, type=[BOOLEAN, {"code": "string"}]),
    ),
    "eld-7": (
        differing(patternBoolean=True, type=[BOOLEAN]),
        differing(patternBoolean=True, type=[BOOLEAN, {"code": "string"}]),
    ),
    "eld-8": (differing(patternBoolean=True), differing(patternBoolean=True, fixedBoolean=True)),
    "eld-12": (
        differing(binding={"strength": "required", "valueSet": "urn:x"}),
        differing(binding={"strength": "required", "valueSet": "x"}),
    ),
    "eld-13": (differing(type=[BOOLEAN, {"code": "string"}]), differing(type=[BOOLEAN, BOOLEAN])),
    "eld-14": (
        differing(constraint=[CONSTRAINT, {**CONSTRAINT, "key": "l"}]),
        differing(constraint=[CONSTRAINT, CONSTRAINT]),
    ),
    "eld-15": (
        a_structure(differential=[an_element(defaultValueBoolean=True)], derivation="specialization"),
        a_structure(
            differential=[an_element(defaultValueBoolean=True, meaningWhenMissing="a")],
            derivation="specialization",
        ),
    ),
    "eld-16": (differing(sliceName="a/b"), differing(sliceName="a b")),
    "eld-17": (
        differing(type=[{"code": "Reference", "targetProfile": ["urn:x"]}]),
        differing(type=[{"code": "boolean", "targetProfile": ["urn:x"]}]),
    ),
    "eld-18": (differing(isModifier=True, isModifierReason="a"), differing(isModifier=True)),
    "eld-19": (differing(path="Patient.value[x]"), differing(path="Patient.a?b")),
    "eld-22": (
        differing(sliceIsConstraining=True, sliceName="a"),
        differing(sliceIsConstraining=True),
    ),
}

OF_RESOURCES = CARE | HOLDERS | QUESTIONS | STRUCTURES
