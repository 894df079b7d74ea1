"""Official rules of served types that are not checked, each with the reason. A test holds this list complete."""

_NO_SUCH_SYSTEM = (
    "Its official expression asks for the code system 'something', so it holds of every Consent."
)

_BROKEN_BY_EXAMPLES = "Official examples break it, and no record is worse for it."

LEFT_OUT = {
    "bdl-7": _BROKEN_BY_EXAMPLES,
    "eld-11": "Its official expression counts comparisons, not their results, so it holds of every element.",
    "ppc-2": _NO_SUCH_SYSTEM,
    "ppc-3": _NO_SUCH_SYSTEM,
    "ppc-4": _NO_SUCH_SYSTEM,
    "ppc-5": _NO_SUCH_SYSTEM,
    "sdf-4": _BROKEN_BY_EXAMPLES,
    "sdf-8a": "It compares a differential with the resource around it, and a rule sees its own object only.",
    "txt-2": _BROKEN_BY_EXAMPLES,
}
