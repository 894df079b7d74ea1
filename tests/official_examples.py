"""What is wrong with some official R4 examples: the gate refuses these for what the specification itself says."""

WRONG_EXAMPLES = {
    # Display items without a linkId, which is required.
    "Questionnaire-qs1": [("required", "Questionnaire.item[0].item[0].linkId")],
}
"""By file name: code and expression of the first issue. Tests may have only some of the examples at hand."""
