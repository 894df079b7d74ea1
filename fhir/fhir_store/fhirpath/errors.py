"""Why an expression has no answer. Both are for whoever holds the expression; no message carries a part of it."""


class BadExpression(ValueError):
    """It cannot be read, or means nothing for the resource that it is asked of."""


class UnsupportedExpression(BadExpression):
    """It may be right FHIRPath, but a form that is not read here."""
