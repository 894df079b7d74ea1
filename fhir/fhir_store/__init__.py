"""The record store: FHIR R4 resources as they were submitted, every version kept, and the search over them."""
