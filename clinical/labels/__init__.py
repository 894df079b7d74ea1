"""How sensitive a resource is: the HL7 security labels that it states, that its codes mean, or that follow from it.

``labels_of`` answers for one resource as JSON. Pure: it reads no database. What a resource refers to is not in it, so
the caller may give the labels of what it knows (``places_of`` for clinics).
"""

from clinical.labels.custody import is_hint, tells_of_custody
from clinical.labels.disclosure import EVERYTHING, covered, for_disclosure
from clinical.labels.inference import labels_of
from clinical.labels.label import BROADER, Label
from clinical.labels.numbers import AMONG_THEM, KEPT_AMONG, PASSING_ON, number_of
from clinical.labels.places import places_of

__all__ = [
    "AMONG_THEM",
    "BROADER",
    "EVERYTHING",
    "KEPT_AMONG",
    "PASSING_ON",
    "Label",
    "covered",
    "for_disclosure",
    "is_hint",
    "labels_of",
    "number_of",
    "places_of",
    "tells_of_custody",
]
