"""Every route of a page x role x own or other facility: what opens is what the role's file says, and shows nobody else's.

A route that is in no list here fails the test.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from html import unescape

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from people_pages import Clock, PlainBrowser, someone, with_cheap_desk
from serving import serving
from ward import NORTH, SOUTH, fill

from clinical.labels import Label
from services.access.pages.desk import Desk
from services.access.pages.signed_in import RoleMissing
from services.access.people.sessions import begin
from services.access.roles import ROLES
from services.access.roles.role import Role
from services.access.roles.rule import Interaction, Purpose, Relationship
from services.access.roles.types import (
    ACCESS_LOG,
    CONFIDENTIAL_FIGURES,
    EMERGENCY_ACCESS,
    INFERENCE,
    LEGAL_DISCLOSURE,
    MERGE,
    MOVEMENTS,
    OWN_FILE,
    PHOTO,
    PROPOSED,
    REGISTERS,
    SEALED,
    STOCK,
    TELEPHONE_ORDER,
)
from services.app import create_app
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import Urls

ZONE = "Europe/Podgorica"
Opens = Callable[[Role], bool]


def reads(thing: str) -> Opens:
    """That a line of the role's file lets it read this."""
    return lambda role: any(thing in rule.on and Interaction.READ in rule.may for rule in role.rules)


def gives(thing: str) -> Opens:
    """That a line of the role's file lets it make this, of people whom its facility treats."""
    return lambda role: any(thing in rule.on and Interaction.CREATE in rule.may for rule in role.rules)


def changes(type_: str) -> Opens:
    """That a line of the role's file lets it change these, of people whom its facility treats."""
    return lambda role: any(
        type_ in rule.on and Interaction.UPDATE in rule.may for rule in role.rules if rule.about_patients
    )


def changes_own(thing: str) -> Opens:
    """That a line of the role's file lets it say what becomes of this at its own facilities."""
    return lambda role: any(thing in rule.on and Interaction.UPDATE in rule.may for rule in role.rules)


def registers(role: Role) -> bool:
    """That a line of the role's file lets it begin the treatment of somebody whom its facility does not treat yet."""
    return any("Patient" in rule.on and rule.relationship == frozenset(Relationship) for rule in role.rules)


def treats(role: Role) -> bool:
    return role.is_clinical


def reviews(role: Role) -> bool:
    return any(EMERGENCY_ACCESS in rule.on and Interaction.UPDATE in rule.may for rule in role.rules)


def on_round(interaction: Interaction, type_: str) -> Opens:
    """That a line of the role's file lets it do this with doses of people in care."""
    return lambda role: any(
        type_ in rule.on
        and interaction in rule.may
        and {Label.ETH, Label.OPIOIDUD} <= rule.labels
        and Purpose.TREATMENT in rule.purpose
        and Relationship.OPEN in (rule.relationship or ())
        and not rule.with_consent
        for rule in role.rules
    )


FORM = "QuestionnaireResponse"


def both(type_: str, *labels: Label) -> Opens:
    """That lines of the role's file let it read and make these with these labels, of people whom its facility treats."""
    return lambda role: all(
        any(
            type_ in rule.on
            and may in rule.may
            and set(labels) <= rule.labels
            and Purpose.TREATMENT in rule.purpose
            and Relationship.OPEN in (rule.relationship or ())
            for rule in role.rules
        )
        for may in (Interaction.READ, Interaction.CREATE)
    )


examines = both(FORM, Label.R, Label.V)
keeps_claims = both("Observation", Label.OPIOIDUD, Label.R)
asks_at_reception = gives(FORM)


SEES_ROUND = on_round(Interaction.READ, "MedicationRequest")
GIVES_DOSES = on_round(Interaction.CREATE, "MedicationAdministration")


PRESCRIBES = on_round(Interaction.UPDATE, "MedicationRequest")


def keeps_tablets(role: Role) -> bool:
    return role.code in ("administrator", "medical_lead")


def anybody(_: Role) -> bool:
    return True


def pours(role: Role) -> bool:
    """Who sees the list and enters into the register."""
    return SEES_ROUND(role) and gives(STOCK)(role)


PAGES: dict[str, Opens] = {
    "GET /": anybody,
    "GET /docs": anybody,
    "GET /ministry": reads(CONFIDENTIAL_FIGURES),
    "GET /inspection": reads(REGISTERS),
    "GET /custody": reads(MOVEMENTS),
    "GET /custody/person": reads(MOVEMENTS),
    "POST /custody/person": reads(MOVEMENTS),
    "GET /custody/inference": reads(INFERENCE),
    "GET /register": reads(STOCK),
    "GET /register/book/{book}": reads(STOCK),
    "GET /register/book/{book}/pdf": reads(STOCK),
    "GET /register/issue/{issue}": reads(STOCK),
    "GET /register/enter/{what}": gives(STOCK),
    "POST /register/enter/{what}": gives(STOCK),
    "POST /register/enter/{what}/sign": gives(STOCK),
    "GET /round/pour/{issue}": pours,
    "POST /round/pour/{issue}": pours,
    "POST /round/pour/{issue}/sign": pours,
    "GET /round/pour/{issue}/labels": pours,
    "POST /register/confirm": gives(STOCK),
    "GET /register/discrepancies": reads(STOCK),
    "GET /register/discrepancy/{discrepancy}": reads(STOCK),
    "POST /register/discrepancy/{discrepancy}/step": gives(STOCK),
    "GET /audit": reads(ACCESS_LOG),
    "POST /audit": reads(ACCESS_LOG),
    "POST /audit/download": reads(ACCESS_LOG),
    "GET /audit/head.svg": reads(ACCESS_LOG),
    "GET /audit/unusual": reads(ACCESS_LOG),
    "POST /audit/unusual": reads(ACCESS_LOG),
    "GET /shift": treats,
    "GET /round/wing": GIVES_DOSES,
    "POST /round/wing": GIVES_DOSES,
    "POST /round/wing/undo": GIVES_DOSES,
    "GET /protocol": treats,
    "GET /worklists": treats,
    "GET /worklists/{code}": SEES_ROUND,
    "POST /worklists/{code}": SEES_ROUND,
    "POST /people/chart": treats,
    "POST /people/withdrawal": treats,
    "POST /people/withdrawal/keep": gives("Observation"),
    "POST /people/chart/note": gives("Observation"),
    "POST /people/chart/note/correct": gives("Observation"),
    "POST /people/orders/sanction": gives("Flag"),
    "POST /people/orders/sanction/take-back": gives("Flag"),
    "POST /people/chart/naloxone": gives("MedicationDispense"),
    "POST /people/chart/ecg": gives("Observation"),
    "POST /people/chart/take-back": gives("Observation"),
    "POST /people/chart/dose-card": GIVES_DOSES,
    "POST /people/chart/letter": GIVES_DOSES,
    "POST /people/chart/letter/pdf": GIVES_DOSES,
    "GET /people": treats,
    "POST /people/find": treats,
    "GET /people/new": registers,
    "POST /people/new": registers,
    "POST /people/register": registers,
    "POST /people/identity": treats,
    "POST /people/photo": gives(PHOTO),
    "POST /people/code": changes("Patient"),
    "POST /people/details": changes("Patient"),
    "POST /people/correct": changes("Patient"),
    "POST /people/merge": gives(MERGE),
    "POST /people/merge/compare": gives(MERGE),
    "POST /people/merge/sign": gives(MERGE),
    "POST /people/merge/part": gives(MERGE),
    "POST /people/arrival": registers,
    "POST /people/arrived": registers,
    "POST /people/stays": treats,
    "POST /people/move": gives("Encounter"),
    "POST /people/moved": gives("Encounter"),
    "POST /people/undo": treats,
    "POST /people/dosing-site": gives("Task"),
    "POST /people/duty": gives("Task"),
    "POST /people/reopen": changes(SEALED),
    "GET /people/movements": reads(PROPOSED),
    "POST /people/movements/confirm": changes_own(PROPOSED),
    "POST /people/movements/refuse": changes_own(PROPOSED),
    "POST /people/movements/release": changes_own(PROPOSED),
    "GET /people/court": treats,
    "POST /people/court/dose": gives("Encounter"),
    "POST /people/reception": gives(FORM),
    "POST /people/reception/question": asks_at_reception,
    "POST /people/reception/answer": asks_at_reception,
    "POST /people/reception/watch-over": gives("MedicationRequest"),
    "POST /people/reception/calls": keeps_claims,
    "POST /people/reception/called": keeps_claims,
    "POST /people/injuries": examines,
    "POST /people/injuries/begin": examines,
    "POST /people/injuries/form": examines,
    "POST /people/injuries/keep": examines,
    "POST /people/injuries/injury": examines,
    "POST /people/injuries/discard": examines,
    "POST /people/injuries/withdraw": examines,
    "POST /people/injuries/pdf": examines,
    "POST /people/card": treats,
    "POST /people/emergency": treats,
    "POST /people/record": treats,
    "POST /people/orders": SEES_ROUND,
    "POST /people/orders/new": PRESCRIBES,
    "POST /people/orders/review": PRESCRIBES,
    "POST /people/orders/sign": PRESCRIBES,
    "POST /people/orders/act": changes("Flag"),
    "POST /people/orders/do": changes("Flag"),
    "POST /people/orders/telephone": gives(TELEPHONE_ORDER),
    "POST /people/orders/telephone/review": gives(TELEPHONE_ORDER),
    "POST /people/orders/telephone/record": gives(TELEPHONE_ORDER),
    "GET /orders/countersign": PRESCRIBES,
    "POST /orders/countersign": PRESCRIBES,
    "GET /orders/after": PRESCRIBES,
    "POST /orders/after/back": PRESCRIBES,
    "POST /orders/after/review": PRESCRIBES,
    "POST /orders/after/sign": PRESCRIBES,
    "GET /orders/times": PRESCRIBES,
    "POST /orders/times/review": PRESCRIBES,
    "POST /orders/times/sign": PRESCRIBES,
    "POST /people/purpose": treats,
    "POST /people/open": treats,
    "POST /people/reason": treats,
    "POST /people/close": treats,
    "POST /people/emergency-access": treats,
    "POST /people/consent": treats,
    "POST /people/consent/ask": gives("Consent"),
    "POST /people/consent/record": gives("Consent"),
    "POST /people/consent/withdraw": gives("Consent"),
    "POST /people/consent/withdrawn": treats,
    "POST /people/consent/confirm": treats,
    "POST /people/consent/sheet": gives("Consent"),
    "GET /people/consent/blank/{purpose}": treats,
    "POST /people/own-file": gives(OWN_FILE),
    "POST /people/own-file/read": gives(OWN_FILE),
    "POST /people/own-file/pdf": gives(OWN_FILE),
    "POST /people/own-file/fhir": gives(OWN_FILE),
    "POST /people/disclosures": gives(LEGAL_DISCLOSURE),
    "POST /people/disclosures/record": gives(LEGAL_DISCLOSURE),
    "POST /people/disclosures/told": gives(LEGAL_DISCLOSURE),
    "GET /round/here": SEES_ROUND,
    "POST /round/list": SEES_ROUND,
    "POST /round/photos": SEES_ROUND,
    "GET /round/online": SEES_ROUND,
    "POST /round/online/card": SEES_ROUND,
    "POST /round/online/record": GIVES_DOSES,
    "POST /round/online/find": GIVES_DOSES,
    "POST /round/online/witness": GIVES_DOSES,
    "POST /round/online/hold": GIVES_DOSES,
    "POST /round/online/close": GIVES_DOSES,
    "GET /round/conflicts": GIVES_DOSES,
    "POST /round/conflicts/settle": GIVES_DOSES,
    "POST /round/conflicts/tick": GIVES_DOSES,
    "GET /round/stops": GIVES_DOSES,
    "POST /round/stops/release": GIVES_DOSES,
    "GET /round/emergency": GIVES_DOSES,
    "POST /round/emergency": GIVES_DOSES,
    "GET /round/emergency/here": GIVES_DOSES,
    "POST /round/emergency/sealed": GIVES_DOSES,
    "GET /round/emergency/sign": GIVES_DOSES,
    "POST /round/emergency/find": GIVES_DOSES,
    "POST /round/emergency/sign": GIVES_DOSES,
    "POST /round/sheet": GIVES_DOSES,
    "GET /round/paper": GIVES_DOSES,
    "POST /round/paper/sheet": GIVES_DOSES,
    "POST /round/paper/row": GIVES_DOSES,
    "POST /round/paper/record": GIVES_DOSES,
    "POST /round/events": GIVES_DOSES,
    "POST /round/sealed": GIVES_DOSES,
    "POST /round/reads": SEES_ROUND,
    "POST /shift/on-call": GIVES_DOSES,
    "POST /round/parts/take": GIVES_DOSES,
    "POST /round/witness": GIVES_DOSES,
    "POST /round/close": GIVES_DOSES,
    "GET /break-glass": reviews,
    "POST /break-glass/review": reviews,
    "GET /account": anybody,
    "GET /account/here": anybody,
    "GET /account/password": anybody,
    "GET /account/pin": anybody,
    "GET /account/tablets": keeps_tablets,
    "POST /account/tablets/shut": keeps_tablets,
    "GET /account/prove": anybody,
    "GET /account/token": anybody,
    "GET /account/passkey": anybody,
    "GET /account/recovery-codes": anybody,
    "GET /tablet": anybody,
}

OF_ONESELF = {
    "GET /session", "POST /session/seen", "POST /session/hide", "POST /session/lock", "POST /sign-out",
    "GET /sign-in", "POST /sign-in", "POST /sign-in/code", "POST /sign-in/key/challenge", "POST /sign-in/key",
    "POST /sign-in/passkey/challenge", "POST /sign-in/passkey", "GET /activate", "POST /activate", "POST /activate/code",
    "POST /activate/passkey/challenge", "POST /activate/passkey", "GET /unlock", "POST /unlock",
    "POST /account/sessions/end", "POST /account/sessions/end-others", "POST /account/password", "POST /account/pin",
    "POST /tablet", "POST /account/prove", "POST /account/prove/passkey", "POST /account/prove/passkey/challenge",
    "POST /account/token", "POST /account/passkey", "POST /account/passkey/challenge", "POST /account/recovery-codes",
    "POST /account/proofs/remove",
    "POST /sign-in/elsewhere", "GET /sign-in/elsewhere/back", "GET /sign-in/elsewhere/finish",
    "GET /account/elsewhere", "POST /account/elsewhere", "POST /account/elsewhere/link", "POST /account/elsewhere/unlink",
}  # fmt: skip
"""About nobody but whoever asks, whichever role they have: tests/services/access/pages."""

OF_NOBODY = {
    "GET /openapi.json", "POST /preferences/theme", "POST /preferences/language", "GET /static/{version}/{name}",
    "GET /healthz", "GET /readyz", "POST /auth/token",
    # The empty shell of the round and the script that keeps it for a day without a network.
    "GET /round", "GET /round/worker.js", "GET /round/manifest.webmanifest",
}  # fmt: skip

WITH_A_NAME = {"GET /ministry/figures/{name}.json", "GET /ministry/files/{name}.csv"}
"""By the same reader as ``/ministry`` (tests/services/ministry)."""

NAMED = {
    "purpose": "hand-over",
    "book": "x",
    "issue": "x",
    "discrepancy": "x",
    "what": "receive",
    "code": "missed-3",
}
"""What stands in a path; what is not there is answered like what is elsewhere."""

OF_ONE_OPENING = {"POST /people/open", "POST /people/reason", "POST /people/close"}

NOT_OPEN = {401, 403}
OF_NORTH, OF_SOUTH = ("Amina", "N-100"), ("Bojan", "Ceca", "S-200", "S-300")


@pytest.fixture(scope="module")
def kept(known_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, str]]:
    settings = Settings(
        home=tmp_path_factory.mktemp("home"), facility_zone=ZONE, language="en", ministry_confidential=True
    )
    application = create_app(settings, known_database)
    with serving(application) as address:
        yield application, address


@pytest.fixture
def desk(kept: tuple[FastAPI, str], urls: Urls) -> Desk:
    made = with_cheap_desk(kept[0], Clock())
    fill(made, ZONE)
    return made


@pytest.fixture
def enter(kept: tuple[FastAPI, str], desk: Desk) -> Iterator[Callable[[str, str | None], PlainBrowser]]:
    """A browser of somebody with one role at one place."""
    with ExitStack() as opened:

        def entered(role: str, facility: str | None) -> PlainBrowser:
            person = someone(desk, f"{role}-{(facility or 'all').rpartition('/')[2]}", **{role: facility})
            browser = PlainBrowser(kept[1], kept[0].state.settings.base_url)
            opened.enter_context(browser.http)
            with desk.database.transaction() as connection:
                token = begin(connection, person.account, None, desk.now()).token
            browser.http.cookies.set("throughcare-session", token)
            return browser

        yield entered


def _ask(browser: PlainBrowser, route: str, csrf: str, at: str) -> httpx.Response:
    method, _, path = route.partition(" ")
    path = path.format(**NAMED)
    if method == "GET":
        return browser.http.get(path)
    person = "inside" if at == NORTH else "outside"
    typed = {
        "csrf": csrf,
        "person": person,
        "number": "N-100",
        "sought": "N-100",
        "opening": "x",
        "purpose": "hand-over",
    }
    return browser.http.post(path, data=typed)


def _is_open(route: str, answer: httpx.Response) -> bool:
    """Whether the role opens it. Of what is about one opening, it may be another's: that is another refusal."""
    if route in OF_ONE_OPENING:
        return answer.status_code not in NOT_OPEN or RoleMissing.message not in unescape(answer.text)
    return answer.status_code not in NOT_OPEN


def _csrf(browser: PlainBrowser) -> str:
    token = re.search(r'name="csrf" value="([^"]+)"', browser.open("/account").text)
    assert token is not None
    return token[1]


def _place(role: str, facility: str) -> str | None:
    """The whole installation for roles that are granted for no less."""
    return (
        None
        if role in ("administrator", "confidential_recipient", "ministry_analyst", "evaluator")
        else facility
    )


def test_every_route_is_in_a_list(kept: tuple[FastAPI, str]) -> None:
    routes = {
        f"{method} {context.path_format}"
        for context in iter_route_contexts(kept[0].routes)
        for method in getattr(context.original_route, "methods", None) or ()
        if method != "HEAD"
    }
    assert routes == {*PAGES, *OF_ONESELF, *OF_NOBODY, *WITH_A_NAME}


@pytest.mark.parametrize("facility", [NORTH, SOUTH])
@pytest.mark.parametrize("role", [code for code in ROLES if code != "treatment_centre_system"])
def test_what_opens_is_what_the_roles_file_says(
    enter: Callable[[str, str | None], PlainBrowser], role: str, facility: str
) -> None:
    browser = enter(role, _place(role, facility))
    csrf = _csrf(browser)
    wrong = []
    for route, opens in PAGES.items():
        answer = _ask(browser, route, csrf, facility)
        assert answer.status_code < 500, (route, answer.status_code)
        if _is_open(route, answer) is not opens(ROLES[role]):
            wrong.append((route, answer.status_code))
        others = OF_SOUTH if facility == NORTH else OF_NORTH
        assert not any(name in answer.text for name in others), (route, "shows somebody of another facility")
    assert not wrong, wrong


@pytest.mark.parametrize(
    ("role", "begins"),
    [
        ("custody_officer", "/custody"),
        ("auditor", "/audit"),
        ("inspector", "/inspection"),
        ("nurse", "/shift"),
    ],
)
def test_the_head_of_a_page_leads_to_where_the_work_of_the_role_begins_and_to_nothing_that_is_closed(
    enter: Callable[[str, str | None], PlainBrowser], role: str, begins: str
) -> None:
    browser = enter(role, _place(role, NORTH))
    page = browser.open("/").text
    head = re.findall(r'href="([^"]+)"', page[page.index('<nav class="sections"') : page.index("</nav>")])
    assert begins in head
    for address in set(head) - {"/ministry"}:
        assert _is_open(f"GET {address}", browser.open(address)), address


def test_nobody_who_is_not_signed_in_gets_further_than_the_sign_in(
    kept: tuple[FastAPI, str], desk: Desk
) -> None:
    with httpx.Client(base_url=kept[1], headers={"Accept": "text/html"}) as stranger:
        for route in PAGES:
            method, _, path = route.partition(" ")
            if path in ("/", "/docs", "/tablet"):
                continue
            answer = stranger.request(method, path)
            leads = answer.headers.get("location", "").startswith("/sign-in")
            assert answer.status_code in NOT_OPEN or leads, (route, answer.status_code)
