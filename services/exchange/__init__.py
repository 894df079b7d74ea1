"""The FHIR R4 REST API: one file per interaction."""
