"""What the script of a page gets, to ask the browser for a passkey or security key."""

import json

from fastapi.responses import JSONResponse

from services.access.people.passkeys.ceremonies import Ceremony


def asked(ceremony: Ceremony) -> JSONResponse:
    """The challenge, and the handle by which its answer is known."""
    return JSONResponse({"handle": ceremony.handle, "options": json.loads(ceremony.options)})


def over() -> JSONResponse:
    """There is nothing to ask for any more."""
    return JSONResponse({"handle": None, "options": None}, 403)
