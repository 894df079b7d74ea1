"""How sensitive a resource is: the HL7 security labels that it states, that its codes mean, or that follow from it.

``labels_of`` answers for one resource as JSON. Pure: it reads no database. What a resource refers to is not in it, so
the caller may give the labels of what it knows (``places_of`` for clinics).
"""

from clinical.labels.disclosure import EVERYTHING, covered, for_disclosure
from clinical.labels.inference import labels_of
from clinical.labels.label import BROADER, Label
from clinical.labels.numbers import PASSING_ON, number_of
from clinical.labels.places import places_of

__all__ = [
    "BROADER",
    "EVERYTHING",
    "PASSING_ON",
    "Label",
    "covered",
    "for_disclosure",
    "labels_of",
    "number_of",
    "places_of",
]
