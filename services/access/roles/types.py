"""The resource types that rules speak of, in groups."""

MEDICINES = frozenset(
    {"MedicationAdministration", "MedicationDispense", "MedicationRequest", "MedicationStatement"}
)

HAPPENED = frozenset({"DetectedIssue", "MedicationAdministration", "Task"})
"""What is written of a dose after it was swallowed: the dose, what is wrong about it, what is to be done."""

DOCUMENTS = frozenset({"Binary", "Bundle", "Composition", "DocumentReference"})

CHART = MEDICINES | DOCUMENTS | frozenset(
    {
        "AllergyIntolerance", "Appointment", "CarePlan", "CareTeam", "Communication", "CommunicationRequest",
        "Condition", "Consent", "DetectedIssue", "DiagnosticReport", "Encounter", "EpisodeOfCare", "Flag", "Goal",
        "Immunization", "List", "Observation", "Patient", "Procedure", "Provenance", "QuestionnaireResponse",
        "RelatedPerson", "ServiceRequest", "Specimen", "SupplyDelivery", "Task",
    }
)  # fmt: skip
"""The record of a patient."""

PLACES_AND_STAFF = frozenset(
    {"HealthcareService", "Location", "Organization", "Practitioner", "PractitionerRole"}
)

FORMS = frozenset({"CodeSystem", "Questionnaire", "StructureDefinition", "ValueSet"})

DIRECTORY = PLACES_AND_STAFF | FORMS | frozenset({"Medication"})
"""What is about no patient, and is needed to read a chart."""

# What is no FHIR resource here, or is shown in a form of its own.
STOCK = "stock register"
OWN_FILE = "file for the person"
LEGAL_DISCLOSURE = "disclosure without consent"
PHOTO = "photo of the person"
SEALED = "record under investigation"
"""Closed after a death: whoever has no line with it reads and changes nothing of the record."""
MERGE = "merge of two records"
"""That two records are of one person, signed; and taking them apart again."""
TELEPHONE_ORDER = "telephone order"
"""What a prescriber said and read back, written down by who heard it; the prescriber signs it afterwards."""
OF_PATIENTS = frozenset({OWN_FILE, LEGAL_DISCLOSURE, PHOTO, SEALED, MERGE, TELEPHONE_ORDER})
"""What is about a patient and is no resource."""
ACCESS_LOG = "access log"
EMERGENCY_ACCESS = "emergency access"
CLINICAL_ROLES = "clinical roles"
OTHER_ROLES = "other roles"
DEVICES_AND_SYSTEMS = "devices and systems"
MOVEMENTS = "movement list"
PROPOSED = "proposed movements"
"""What custody's file says about people; nothing of it holds before somebody who treats confirms it."""
INFERENCE = "report on the movement list"
REGISTERS = "registers of omissions, holds, injuries and deaths"
PUBLISHED_FIGURES = "published figures"
CONFIDENTIAL_FIGURES = "confidential figures"
RELEASED_EXPORTS = "released exports"
THINGS = frozenset(
    {
        STOCK, OWN_FILE, LEGAL_DISCLOSURE, PHOTO, SEALED, MERGE, TELEPHONE_ORDER, ACCESS_LOG, EMERGENCY_ACCESS, CLINICAL_ROLES, OTHER_ROLES, DEVICES_AND_SYSTEMS, MOVEMENTS,
        INFERENCE, PROPOSED, REGISTERS, PUBLISHED_FIGURES, CONFIDENTIAL_FIGURES, RELEASED_EXPORTS,
    }
)  # fmt: skip
"""All of these; their names in lower case tell them from types of FHIR."""
