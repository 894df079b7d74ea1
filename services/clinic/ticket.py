"""A person who may only be known to exist, as a form carries them: sealed to the session for which they were found.

So no page names the id of somebody outside the reader's care, and nobody opens a card by guessing ids.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64

from services.access.people.errors import KeyDiffers
from services.access.people.sealing import Place, seal, unseal
from services.clinic.asking import Asking
from services.shared.errors import NotFound


def ticket_for(asking: Asking, patient: str) -> str:
    """What the form carries."""
    return urlsafe_b64encode(seal(_key(asking), _place(asking), patient.encode())).decode()


def patient_of(asking: Asking, ticket: str) -> str:
    """Whom it was made for. Raises NotFound if it was made for another session, or is none of ours."""
    try:
        return unseal(_key(asking), _place(asking), urlsafe_b64decode(ticket)).decode()
    except (BadBase64, KeyDiffers, ValueError):
        raise NotFound from None


def _key(asking: Asking) -> bytes:
    key: bytes = asking.request.app.state.desk.keys.sealing
    return key


def _place(asking: Asking) -> Place:
    return Place("emergency ticket", str(asking.who.session.id), "patient")
