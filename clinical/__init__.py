"""What clinicians do: pure rules, and commands that write FHIR resources. No HTTP."""
