"""Public keys of those who sign, as JWK sets (RFC 7517): each is pinned to the algorithm of its kind.

What a signed statement says of its algorithm decides nothing. Systems sign by RS384 with RSA of 2,048 bits or more and
by ES384 with P-384: SMART App Launch 2.2 asks servers to take both.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from services.access.systems.errors import KeysNotUnderstood

SECRET_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
SHORTEST_RSA = 2048
MOST_KEYS = 20
LONGEST_KID = 200


class Kind(NamedTuple):
    """How keys of one kind sign."""

    algorithm: str
    curve: str | None = None


Kinds = Mapping[str, Kind]

OF_SYSTEMS: Kinds = {"RSA": Kind("RS384"), "EC": Kind("ES384", "P-384")}


@dataclass(frozen=True)
class PublicKey:
    """A key that can be used; ``jwk`` is its JSON."""

    kid: str
    algorithm: str
    jwk: str

    def loaded(self) -> RSAKey | ECKey:
        """The key as the library verifies with it."""
        kind = RSAKey if self.algorithm.startswith("RS") else ECKey
        return kind.import_key(json.loads(self.jwk))


def public_keys(text: str | bytes, kinds: Kinds = OF_SYSTEMS) -> list[PublicKey]:
    """The keys of a set that can be used. Those of other kinds and uses are left out. Raises KeysNotUnderstood."""
    listed = _listed(text)
    if any(SECRET_MEMBERS & one.keys() for one in listed):
        raise KeysNotUnderstood(
            "The key set holds a private key. It is a secret no more: make a new pair, and send the public part only."
        )
    keys = [key for one in listed if (key := _usable(one, kinds))]
    if not keys:
        raise KeysNotUnderstood(
            f"The key set has no key that can be used: RSA of 2048 bits or more or EC {kinds['EC'].curve}, with a kid."
        )
    if len({key.kid for key in keys}) < len(keys):
        raise KeysNotUnderstood("Two keys of the set have the same kid. Give each its own.")
    return keys


def _listed(text: str | bytes) -> list[Mapping[str, Any]]:
    try:
        listed = json.loads(text)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError):
        listed = None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise KeysNotUnderstood('That is no key set. It looks like {"keys": [...]} (RFC 7517).')
    if len(listed) > MOST_KEYS:
        raise KeysNotUnderstood(f"The key set has more than {MOST_KEYS} keys. Send those in use.")
    return listed


def _usable(jwk: Mapping[str, Any], kinds: Kinds) -> PublicKey | None:
    kid, kind = jwk.get("kid"), kinds.get(str(jwk.get("kty")))
    if kind is None or not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID:
        return None
    if (
        jwk.get("use", "sig") != "sig"
        or jwk.get("alg", kind.algorithm) != kind.algorithm
        or not _verifies(jwk)
    ):
        return None
    key = PublicKey(kid, kind.algorithm, json.dumps(_public_part(jwk)))
    return key if _is_strong(jwk, kind) and _loads(key) else None


def _verifies(jwk: Mapping[str, Any]) -> bool:
    operations = jwk.get("key_ops", ["verify"])
    return isinstance(operations, Iterable) and "verify" in operations


def _public_part(jwk: Mapping[str, Any]) -> dict[str, Any]:
    return {name: jwk[name] for name in ("kty", "crv", "n", "e", "x", "y") if name in jwk}


def _is_strong(jwk: Mapping[str, Any], kind: Kind) -> bool:
    if kind.curve is not None:
        return bool(jwk.get("crv") == kind.curve)
    modulus = str(jwk.get("n", ""))
    try:
        return int.from_bytes(urlsafe_b64decode(modulus + "==")).bit_length() >= SHORTEST_RSA
    except ValueError:
        return False


def _loads(key: PublicKey) -> bool:
    try:
        return bool(key.loaded().public_key)
    except (JoseError, ValueError, TypeError, AttributeError):
        return False
