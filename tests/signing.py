"""A system that signs for itself, as SMART Backend Services asks: its keys, and the assertions it makes with them."""

import json
import time
import warnings
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

BY_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

Key = RSAKey | ECKey


def rsa_key(kid: str = "rsa", bits: int = 2048) -> RSAKey:
    """A new pair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is weak, if that is asked for
        return RSAKey.generate_key(bits, {"kid": kid, "use": "sig"}, private=True)


def ec_key(kid: str = "ec", curve: str = "P-384") -> ECKey:
    """A new pair."""
    return ECKey.generate_key(curve, {"kid": kid, "use": "sig"}, private=True)


def key_set(*keys: Key) -> str:
    """The public parts."""
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


def assertion(
    key: Key,
    client: str,
    audience: str,
    *,
    algorithm: str | None = None,
    kid: str | None = None,
    **claims: Any,
) -> str:
    """A signed assertion of a minute; ``claims`` replace those of a right one, None leaves one out."""
    now = int(time.time())
    right = {"iss": client, "sub": client, "aud": audience, "exp": now + 60, "jti": str(uuid4())}
    said = {name: value for name, value in {**right, **claims}.items() if value is not None}
    algorithm = algorithm or ("RS384" if isinstance(key, RSAKey) else "ES384")
    header = {"alg": algorithm, "kid": kid or key.kid, "typ": "JWT"}
    return jwt.encode(header, said, key, algorithms=[algorithm])


def form(signed: str, scope: str = "system/*.rs") -> dict[str, str]:
    """What is posted to the token endpoint."""
    return {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_assertion_type": BY_ASSERTION,
        "client_assertion": signed,
    }
