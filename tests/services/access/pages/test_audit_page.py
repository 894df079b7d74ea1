"""The auditor's page: who looked at what, in plain words, to auditors alone, and logged itself."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from audit_events import log_closed, said
from fastapi import FastAPI
from people_pages import Clock, PlainBrowser, Someone, someone
from sqlalchemy import text

from fhir_store.gate import issues_of
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Actor, Circumstances, Subjects
from services.access.audit.log.heads import sign_now
from services.access.audit.log.record import record
from services.access.audit.log.sequencing import sequence_all
from services.access.pages.desk import Desk
from services.shared.installation import Urls

NewBrowser = Callable[[], PlainBrowser]
Write = Callable[..., None]
DOSE = "MedicationAdministration"


@pytest.fixture
def besa(desk: Desk) -> Someone:
    return someone(desk, "besa", "Besa Hoxha", auditor=None)


@pytest.fixture
def auditing(browser: PlainBrowser, besa: Someone, clock: Clock) -> PlainBrowser:
    """A browser on which an auditor of the whole installation is signed in."""
    browser.sign_in(besa, clock())
    return browser


@pytest.fixture
def write(application: FastAPI, desk: Desk) -> Write:
    """Log an event of somebody."""

    def log(
        actor: Actor,
        *make: Callable[[Circumstances], kinds.AuditEvent],
        facility: str | None = "north",
        minutes: int = 0,
    ) -> None:
        at = Circumstances(actor, desk.now() - timedelta(minutes=minutes), facility=facility)
        with desk.database.transaction() as connection:
            record(raw_cursor(connection), [one(at) for one in make], application.state.audit.keys.subject)

    return log


def a_dose(patient: str) -> Callable[[Circumstances], kinds.AuditEvent]:
    return lambda at: kinds.read(at, "read", DOSE, Subjects([f"Patient/{patient}"], [f"{DOSE}/of-{patient}"]))


def nurse(person: Someone) -> Actor:
    return Actor("account", str(person.account), "nurse")


def words(browser: PlainBrowser) -> list[str]:
    """The events that the page shows, in its words."""
    found = re.findall(
        r'<span class="event-words">(.*?)</span>\s*(?:<span class="tag|</summary>)',
        browser.page.text,
        re.DOTALL,
    )
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", one)).strip() for one in found]


def test_it_is_for_auditors_and_whoever_tries_is_logged(
    signed_in: PlainBrowser, ana: Someone, desk: Desk, new_browser: NewBrowser
) -> None:
    for path in ("/audit", "/audit/unusual", "/audit/head.svg"):
        assert signed_in.open(path).status_code == 403
        assert new_browser().open(path).url.path == "/sign-in"
    refused = said(desk.database, "refusal")
    assert [(one["actor"]["name"], one["why"]) for one in refused] == [(str(ana.account), "role")] * 3
    assert 'href="/audit"' not in signed_in.open("/account").text


def test_an_empty_time_says_what_to_do(auditing: PlainBrowser) -> None:
    auditing.open("/audit")
    auditing.send("/audit", since="2020-01-01", until="2020-01-02")
    assert "Choose other days" in auditing.page.text
    assert "throughcare audit head" in auditing.page.text, "there is no head yet"
    assert "throughcare audit verify" in auditing.page.text


def test_what_was_done_is_said_in_plain_words(auditing: PlainBrowser, ana: Someone, write: Write) -> None:
    write(nurse(ana), a_dose("amina"))
    write(
        nurse(ana),
        lambda at: kinds.search(
            at,
            "Patient",
            [("family", "H")],
            Subjects(["Patient/amina", "Patient/brian"]),
            results=2,
            key=b"k",
        ),
    )
    write(
        Actor("client", "centre"),
        lambda at: kinds.refusal(at, "read", "Condition", "forbidden", Subjects()),
        facility=None,
    )
    auditing.open("/audit")
    assert words(auditing)[:4] == [
        "The system centre asked for a diagnosis and was refused, or it was not there",
        "Ana Kovač searched for the record and was shown some of 2 people · north",
        "Ana Kovač read a dose of one person · north",
        "Besa Hoxha signed in",
    ]
    assert "Patient/amina" in auditing.page.text
    assert "Nurse" in auditing.page.text


def test_by_person_account_facility_kind_and_time(
    auditing: PlainBrowser, ana: Someone, write: Write, besa: Someone, fhir_patient: str, clock: Clock
) -> None:
    write(nurse(ana), a_dose(fhir_patient))
    write(nurse(ana), a_dose("brian"), minutes=3 * 24 * 60)
    write(nurse(besa), a_dose("brian"), facility="south")
    ana_read, besa_read = "Ana Kovač read a dose of", "Besa Hoxha read a dose of"
    searches: list[tuple[dict[str, str], list[str]]] = [
        ({"person": "P-4711"}, [f"{ana_read} this person · north"]),
        ({"person": f"Patient/{fhir_patient}"}, [f"{ana_read} this person · north"]),
        ({"person": "brian"}, [f"{besa_read} this person · south"]),
        ({"person": "nobody-has-this"}, []),
        ({"account": "Ana"}, [f"{ana_read} one person · north"]),
        ({"account": "besa", "kind": "read"}, [f"{besa_read} one person · south"]),
        ({"facility": "north", "kind": "read"}, [f"{ana_read} one person · north"]),
        (
            {"account": "ana", "since": (clock() - timedelta(days=5)).date().isoformat()},
            [f"{ana_read} one person · north"] * 2,
        ),
        ({"account": "ana", "facility": "south"}, []),
    ]
    for typed, expected in searches:
        auditing.open("/audit")
        auditing.send("/audit", **typed)
        assert [
            one for one in words(auditing) if "this log" not in one and "system" not in one
        ] == expected, typed


@pytest.fixture
def fhir_patient(fhir: httpx.Client) -> str:
    """A person with a prison number."""
    answer = fhir.post(
        "/Patient",
        json={"resourceType": "Patient", "identifier": [{"system": "urn:prison", "value": "P-4711"}]},
    )
    return str(answer.json()["id"])


def test_what_an_account_had_done_to_it_is_found_with_it(
    auditing: PlainBrowser, ana: Someone, write: Write, besa: Someone
) -> None:
    write(
        nurse(besa),
        lambda at: kinds.access_change(
            at, "role-revoked", Subjects(targets=[f"account/{ana.account}"]), granted="nurse"
        ),
    )
    auditing.open("/audit")
    auditing.send("/audit", account="ana")
    assert words(auditing) == ["Besa Hoxha took a role away: Ana Kovač · north"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"account": "nobody-here"}, "no account with this login name"),
        ({"since": "2026-02-30"}, "no day"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "no day"),
        ({"since": "2026-01-01", "until": "2026-01-09"}, "For more than 7 days"),
    ],
)  # fmt: skip
def test_what_cannot_be_searched_for_is_said_and_not_repeated_in_the_log(
    auditing: PlainBrowser, desk: Desk, typed: dict[str, str], told: str
) -> None:
    auditing.open("/audit")
    before = len(said(desk.database))
    assert auditing.send("/audit", **typed).status_code == 422
    assert told in auditing.page.text
    assert len(said(desk.database)) == before


def test_pages_follow_one_another_and_leave_nothing_out(
    auditing: PlainBrowser, ana: Someone, write: Write
) -> None:
    write(nurse(ana), *(a_dose(f"p{nth}") for nth in range(70)), minutes=5)
    write(nurse(ana), *(a_dose(f"q{nth}") for nth in range(40)), minutes=4)
    auditing.open("/audit")
    auditing.send("/audit", account="ana")
    seen = [len(words(auditing))]
    numbers = re.findall(r"Number in the log</dt><dd>(\d+)", auditing.page.text)
    while "Older events" in auditing.page.text:
        form = auditing.page.text.index("Older events")
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', auditing.page.text[:form][-900:]))
        auditing.page = auditing.http.post("/audit", data=fields)
        seen.append(len(words(auditing)))
        numbers += re.findall(r"Number in the log</dt><dd>(\d+)", auditing.page.text)
    assert seen == [50, 50, 10]
    assert len(set(numbers)) == len(numbers) == 110


def test_looking_is_logged_before_it_is_shown(
    auditing: PlainBrowser, desk: Desk, besa: Someone, urls: Urls
) -> None:
    auditing.open("/audit")
    auditing.send("/audit", person="Patient/amina")
    newest = said(desk.database, "audit-read")[-1]
    assert (newest["actor"], newest["purpose"]) == (
        {"kind": "account", "name": str(besa.account), "role": "auditor"},
        "HCOMPL",
    )
    assert (newest["page"], newest["filters"], newest["subjects"]) == ("search", ["about"], ["Patient/amina"])
    auditing.open("/audit")
    with log_closed(urls.owner):
        assert auditing.send("/audit", person="Patient/amina").status_code == 503
        assert "event-words" not in auditing.page.text


def test_an_auditor_of_one_facility_sees_no_other(
    browser: PlainBrowser, desk: Desk, clock: Clock, ana: Someone, write: Write
) -> None:
    write(nurse(ana), a_dose("amina"), facility="north")
    write(nurse(ana), a_dose("brian"), facility="south")
    write(nurse(ana), a_dose("cvita"), facility=None)
    browser.sign_in(someone(desk, "mira", auditor="Organization/north"), clock())
    browser.open("/audit")
    assert [one for one in words(browser) if "dose" in one] == ["Ana Kovač read a dose of one person · north"]
    browser.send("/audit", person="Patient/brian")
    assert words(browser) == []
    browser.open("/audit")
    assert browser.send("/audit", facility="south").status_code == 422
    browser.open("/audit")
    browser.send("/audit", account="ana")
    assert "brian" not in browser.page.text
    assert 'value="south"' not in browser.page.text


def test_what_is_found_can_be_taken_away_as_fhir(
    auditing: PlainBrowser, ana: Someone, write: Write, desk: Desk
) -> None:
    write(nurse(ana), a_dose("amina"))
    auditing.open("/audit")
    auditing.send("/audit", account="ana")
    answer = auditing.send("/audit/download")
    assert answer.headers["content-type"].startswith("application/fhir+json")
    assert answer.headers["cache-control"] == "no-store"
    bundle = json.loads(answer.text)
    assert issues_of(bundle) == []
    event, looking = sorted((one["resource"] for one in bundle["entry"]), key=lambda one: "meta" not in one)
    assert looking["type"]["code"] == "110101", "that it was looked for is about the account too"
    assert (event["resourceType"], event["meta"]["profile"]) == (
        "AuditEvent",
        ["https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead"],
    )
    (export,) = said(desk.database, "export")
    assert (export["types"], export["results"], export["page"]) == (["AuditEvent"], 2, "audit log")


def test_how_the_log_stands_and_its_head_to_be_printed(
    auditing: PlainBrowser, desk: Desk, application: FastAPI
) -> None:
    assert auditing.open("/audit/head.svg").status_code == 404
    sequence_all(desk.database)
    head = sign_now(desk.database, application.state.settings.home)
    with desk.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO access.audit_verification (verified_by, intact, entries, unsequenced, heads_given) VALUES ('operator/root', false, 1, 0, 0)"
            )
        )
    page = re.sub(r"\s+", " ", auditing.open("/audit").text)
    assert f"{head.size} event" in page
    assert "NOT intact" in page
    assert "without a head from off the box" in page
    answer = auditing.open("/audit/head.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "Audit log head" in answer.text
    assert [one["page"] for one in said(desk.database, "audit-read")][-1] == "head"
