"""What is wrong with some official R4 examples: the gate refuses these for what the specification itself says."""

WRONG_EXAMPLES = {
    # The same fullUrl stands twice or more, thousands of times.
    "Bundle-dataelements": [("invariant", "Bundle")],
    # A pharmacist where only an Organization may dispense.
    "MedicationRequest-medrx0301": [("value", "MedicationRequest.dispenseRequest.performer.reference")],
    # An Encounter cannot perform anything.
    "Observation-clinical-gender": [("value", "Observation.performer[0].reference")],
    # Display items without a linkId.
    "Questionnaire-qs1": [("required", "Questionnaire.item[0].item[0].linkId")],
    # Narrative of white space only.
    "Questionnaire-zika-virus-exposure-assessment": [("invariant", "Questionnaire.text.div")],
    # Patterns that are not abstract and have no baseDefinition.
    "StructureDefinition-Definition": [("invariant", "StructureDefinition")],
    "StructureDefinition-Event": [("invariant", "StructureDefinition")],
    "StructureDefinition-FiveWs": [("invariant", "StructureDefinition")],
    "StructureDefinition-Request": [("invariant", "StructureDefinition")],
}
"""By file name: code and expression of the first issue. Tests may have only some of the examples at hand."""
