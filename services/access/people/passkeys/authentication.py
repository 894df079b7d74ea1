"""Signing in with a security key after the password, or with a passkey alone."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection
from webauthn import generate_authentication_options, options_to_json, verify_authentication_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticationCredential,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from services.access.people.errors import PasskeyRefused
from services.access.people.passkeys.ceremonies import (
    LIFETIME_MS,
    Ceremony,
    Purpose,
    keep_challenge,
    take_challenge,
)
from services.access.people.passkeys.client_data import MALFORMED, is_framed
from services.access.people.passkeys.kept import Passkey, count_use, passkey_ids, passkey_with
from services.access.people.passkeys.relying_party import RelyingParty


class Proved(NamedTuple):
    """Whose passkey has signed."""

    account: UUID
    is_copied: bool
    """Its counter went back: there may be a copy of it, and nobody is let in."""


def begin_authentication(
    connection: Connection, party: RelyingParty, account: UUID | None, at: datetime
) -> Ceremony:
    """What the browser needs to ask for a signature: of one of the account's keys, or of whoever has a passkey here.

    A passkey alone has to verify its holder by itself, by finger, face or PIN.
    """
    known = [] if account is None else passkey_ids(connection, account)
    options = generate_authentication_options(
        rp_id=party.id,
        timeout=LIFETIME_MS,
        allow_credentials=[PublicKeyCredentialDescriptor(id_) for id_ in known],
        user_verification=UserVerificationRequirement.REQUIRED
        if account is None
        else UserVerificationRequirement.DISCOURAGED,
    )
    handle = keep_challenge(connection, _purpose(account), account, options.challenge, at)
    return Ceremony(handle, options_to_json(options))


def take_authentication(
    connection: Connection, handle: str, account: UUID | None, at: datetime
) -> bytes | None:
    """The challenge, which is used up by it: commit before looking at the answer."""
    return take_challenge(connection, handle, _purpose(account), account, at)


def prove(
    connection: Connection,
    party: RelyingParty,
    account: UUID | None,
    challenge: bytes,
    response: str,
    at: datetime,
) -> Proved:
    """Whose passkey has signed the challenge; with ``account`` only one of that account. Raises PasskeyRefused."""
    try:
        credential = parse_authentication_credential_json(response)
        passkey = _passkey(connection, credential, account)
        signed = _verified(party, passkey, challenge, credential, alone=account is None)
    except MALFORMED:
        # The cause would repeat what was sent.
        raise PasskeyRefused from None
    return Proved(passkey.account, not count_use(connection, passkey, signed.new_sign_count, at))


def _passkey(connection: Connection, credential: AuthenticationCredential, account: UUID | None) -> Passkey:
    found = passkey_with(connection, credential.raw_id)
    handle = credential.response.user_handle
    if (
        found is None
        or (account is not None and found.account != account)
        or (handle and handle != found.account.bytes)
        or is_framed(credential.response.client_data_json)
    ):
        raise PasskeyRefused
    return found


def _verified(
    party: RelyingParty,
    passkey: Passkey,
    challenge: bytes,
    credential: AuthenticationCredential,
    *,
    alone: bool,
) -> VerifiedAuthentication:
    return verify_authentication_response(
        credential=credential,
        expected_challenge=challenge,
        expected_rp_id=party.id,
        expected_origin=party.origin,
        credential_public_key=passkey.public_key,
        # The library would call a counter that went back malformed; we say what it means.
        credential_current_sign_count=0,
        require_user_verification=alone,
    )


def _purpose(account: UUID | None) -> Purpose:
    return "alone" if account is None else "second factor"
