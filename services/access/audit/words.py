"""Events in plain words. Pure: the names of people and places are given."""

from collections.abc import Callable, Mapping
from typing import Any

from services.access.audit.kinds import PATIENT
from services.shared.languages import N_, ngettext
from services.shared.languages import gettext as _

Said = Mapping[str, Any]

KINDS: Mapping[str, str] = {
    "read": N_("Reading"),
    "search": N_("Searching"),
    "write": N_("Writing"),
    "break-glass": N_("Emergency access"),
    "disclosure": N_("Handing out"),
    "consent": N_("Decision on a consent"),
    "export": N_("Taking away as a file"),
    "import": N_("Bringing in from a file"),
    "view": N_("Figures and registers"),
    "refusal": N_("Refusal"),
    "sign-in": N_("Sign-in"),
    "unlock": N_("Unlocking"),
    "sign-out": N_("End of a session"),
    "access-change": N_("Change of access"),
    "audit-read": N_("Looking at this log"),
    "audit-review": N_("Review of unusual access"),
    "erasure": N_("Erasure from this log"),
    "new-key": N_("New key of this log"),
}
"""Every kind of event, as the page names it."""

THINGS: Mapping[str, str] = {
    "MedicationAdministration": N_("a dose"),
    "MedicationRequest": N_("an order of a medicine"),
    "MedicationDispense": N_("a dispensed medicine"),
    "Observation": N_("a finding or result"),
    "Condition": N_("a diagnosis"),
    "Consent": N_("a consent"),
    "Encounter": N_("a stay or visit"),
    "EpisodeOfCare": N_("a treatment programme"),
    "Patient": N_("the record"),
    "AllergyIntolerance": N_("an allergy"),
    "Flag": N_("a hold or warning"),
    "Task": N_("a task"),
    "DocumentReference": N_("a document"),
    "Binary": N_("a document"),
}

CHANGES: Mapping[str, str] = {
    "account-made": N_("made an account"),
    "account-activated": N_("used the account for the first time"),
    "account-closed": N_("closed an account"),
    "password-changed": N_("changed the password"),
    "pin-chosen": N_("chose a PIN"),
    "reset-asked": N_("asked for a reset of credentials"),
    "reset-done": N_("reset credentials"),
    "tokens-taken-in": N_("took in a delivery of tokens"),
    "token-assigned": N_("handed out a token"),
    "token-resynchronised": N_("resynchronised a token"),
    "passkey-added": N_("added a passkey"),
    "role-granted": N_("granted a role"),
    "role-confirmed": N_("confirmed a role"),
    "role-revoked": N_("took a role away"),
    "tablet-registered": N_("registered a tablet"),
    "tablet-set-up": N_("set up a tablet"),
    "tablet-shut-out": N_("shut a tablet out"),
    "client-added": N_("registered a system"),
    "client-keys-added": N_("registered keys of a system"),
    "client-key-revoked": N_("revoked a key of a system"),
    "client-token-issued": N_("made a token for a system"),
    "client-revoked": N_("shut a system out"),
}

WRITTEN: Mapping[str, str] = {
    "create": N_("wrote %(what)s of %(whom)s"),
    "update": N_("changed %(what)s of %(whom)s"),
    "patch": N_("changed %(what)s of %(whom)s"),
    "delete": N_("deleted %(what)s of %(whom)s"),
}


def did(said: Said, *, this_person: bool = False) -> str:
    """What was done, to be read after who did it: "read a dose of this person".

    ``this_person``: whether all of it was asked for by one person, who is then "this person".
    """
    whom = _whom(said, this_person=this_person)
    words = SENTENCES.get(str(said.get("kind")))
    return words(said, whom) if words else str(said.get("kind"))


def _whom(said: Said, *, this_person: bool) -> str:
    number = list(said.get("about", ())).count(PATIENT)
    if number == 0:
        return _("nobody in particular")
    if number == 1 and this_person:
        return _("this person")
    return ngettext("one person", "%(count)d people", number) % {"count": number}


def _what(said: Said) -> str:
    type_ = str(said.get("type"))
    known = THINGS.get(type_)
    return _(known) if known else _("records of the kind %(type)s") % {"type": type_}


def _read(said: Said, whom: str) -> str:
    return _("read %(what)s of %(whom)s") % {"what": _what(said), "whom": whom}


def _search(said: Said, whom: str) -> str:
    text = _("searched for %(what)s and was shown some of %(whom)s")
    return text % {"what": _what(said), "whom": whom}


def _write(said: Said, whom: str) -> str:
    text = WRITTEN.get(str(said.get("interaction")), N_("changed %(what)s of %(whom)s"))
    return _(text) % {"what": _what(said), "whom": whom}


def _break_glass(said: Said, whom: str) -> str:
    return _("opened the record of %(whom)s in an emergency") % {"whom": whom}


def _export(said: Said, whom: str) -> str:
    return ngettext(
        "took %(count)d record away as a file", "took %(count)d records away as a file", said["results"]
    ) % {"count": said["results"]}


def _import(said: Said, whom: str) -> str:
    return ngettext(
        "brought %(count)d record in from a file", "brought %(count)d records in from a file", said["results"]
    ) % {"count": said["results"]}


def _sign_in(said: Said, whom: str) -> str:
    if said.get("outcome") == "0":
        return _("signed in")
    return _("tried to sign in and was refused")


def _unlock(said: Said, whom: str) -> str:
    return (
        _("unlocked a tablet")
        if said.get("outcome") == "0"
        else _("tried to unlock a tablet with a wrong PIN")
    )


def _sign_out(said: Said, whom: str) -> str:
    return ngettext("ended a session", "ended %(count)d sessions", said["sessions"]) % {
        "count": said["sessions"]
    }


def _refusal(said: Said, whom: str) -> str:
    return _("asked for %(what)s and was refused, or it was not there") % {"what": _what(said)}


def _change(said: Said, whom: str) -> str:
    return _(CHANGES.get(str(said.get("change")), N_("changed who may get in")))


def _consent(said: Said, whom: str) -> str:
    return _("asked whether a consent of %(whom)s allows handing out") % {"whom": whom}


def _fixed(text: str) -> Callable[[Said, str], str]:
    return lambda said, whom: _(text) % {"whom": whom}


SENTENCES: Mapping[str, Callable[[Said, str], str]] = {
    "read": _read,
    "search": _search,
    "write": _write,
    "break-glass": _break_glass,
    "disclosure": _fixed(N_("handed out records of %(whom)s")),
    "consent": _consent,
    "export": _export,
    "import": _import,
    "view": _fixed(N_("looked at figures or registers")),
    "refusal": _refusal,
    "sign-in": _sign_in,
    "unlock": _unlock,
    "sign-out": _sign_out,
    "access-change": _change,
    "audit-read": _fixed(N_("looked at this log")),
    "audit-review": _fixed(N_("reviewed unusual access")),
    "erasure": _fixed(N_("erased somebody from this log")),
    "new-key": _fixed(N_("gave this log a new key")),
}
