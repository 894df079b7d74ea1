"""The photos of people on the list.

They are fetched apart from the list, some at a time: they are ten times as large as everything else on it.
"""

from collections.abc import Iterable, Mapping

from services.clinic.faces import faces_of
from services.clinic.round.actors import OnRound


def photos(on: OnRound, ids: Iterable[str]) -> Mapping[str, str]:
    """The photos of some people in care, as addresses of images, logged before; empty where there is none to be seen."""
    return faces_of(on.asking, ids, "$round-photos")
