"""Words for a screen. ``clinical`` knows no catalogue: it marks its sentences, and a page translates them."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a sentence for the catalogue (``services/shared/catalogue.py``)."""
    return message
