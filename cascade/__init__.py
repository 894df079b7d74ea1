"""From FHIR resources to counts a ministry can publish. No HTTP, no clinical imports."""
