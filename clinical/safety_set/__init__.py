"""What whoever gives medicines has to know of a person, whatever else they may see.

Allergies, holds, medicines and the last dose with its source, sedatives, pregnancy, warnings, and who the person is. What is
sensitive in it is shown in a reduced form, which says that there is something and whom to ask.
"""

from clinical.safety_set.card import Card, CardLine, Known, card_of
from clinical.safety_set.kind import Kind, kind_of
from clinical.safety_set.reduced_form import reduced

__all__ = ["Card", "CardLine", "Kind", "Known", "card_of", "kind_of", "reduced"]
