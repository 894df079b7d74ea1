"""The operations of the FHIR API: what is named with a ``$``, one file each."""
