"""Whether a request that changes something comes from one of our own pages. Pure.

Every browser that we serve sends Origin with a POST, and most send Sec-Fetch-Site; a request with neither is from
none of our pages. The session's cookie and its CSRF token are asked for besides.
"""

from services.access.people.passkeys.relying_party import origin_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""They change nothing: RFC 9110, section 9.2.1."""


def is_from_our_pages(method: str, origin: str | None, sec_fetch_site: str | None, base_url: str) -> bool:
    """Whether to go on with a request. Where both headers are there, both must agree."""
    if method in SAFE_METHODS:
        return True
    if origin is None and sec_fetch_site is None:
        return False
    return origin in (None, origin_of(base_url)) and sec_fetch_site in (None, "same-origin")
