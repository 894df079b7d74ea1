"""Registering a security key or passkey."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from webauthn import generate_registration_options, options_to_json, verify_registration_response
from webauthn.helpers import parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.access.people.accounts import account_with
from services.access.people.errors import PasskeyRefused
from services.access.people.passkeys.ceremonies import (
    LIFETIME_MS,
    Ceremony,
    keep_challenge,
    take_challenge,
)
from services.access.people.passkeys.client_data import MALFORMED, is_framed
from services.access.people.passkeys.kept import Passkey, keep_passkey, passkey_ids
from services.access.people.passkeys.relying_party import NAME, RelyingParty


def begin_registration(connection: Connection, party: RelyingParty, account: UUID, at: datetime) -> Ceremony:
    """What the browser needs to make a passkey for the account. Raises UnknownAccount."""
    holder = account_with(connection, account)
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=NAME,
        user_name=holder.login,
        user_id=account.bytes,
        user_display_name=holder.display_name,
        timeout=LIFETIME_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id_) for id_ in passkey_ids(connection, account)],
    )
    handle = keep_challenge(connection, "registration", account, options.challenge, at)
    return Ceremony(handle, options_to_json(options))


def take_registration(connection: Connection, handle: str, account: UUID, at: datetime) -> bytes:
    """The challenge of a registration, which is used up by it: commit before looking at the answer.

    Raises PasskeyRefused.
    """
    challenge = take_challenge(connection, handle, "registration", account, at)
    if challenge is None:
        raise PasskeyRefused
    return challenge


def new_passkey(party: RelyingParty, account: UUID, challenge: bytes, response: str) -> Passkey:
    """The passkey that the authenticator has made. Raises PasskeyRefused."""
    try:
        credential = parse_registration_credential_json(response)
        if is_framed(credential.response.client_data_json):
            raise PasskeyRefused
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except MALFORMED:
        # The cause would repeat what was sent.
        raise PasskeyRefused from None
    return Passkey(made.credential_id, account, made.credential_public_key, made.sign_count)


def register(connection: Connection, passkey: Passkey, name: str, at: datetime) -> None:
    """Keep the passkey under the name its holder gives it. Raises PasskeyRefused if it is registered already."""
    keep_passkey(connection, passkey, name, at)
