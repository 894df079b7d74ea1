"""Finding, registering and knowing people: in every spelling, with who may be the same first, and nobody made by itself."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from people_pages import Clock, PlainBrowser
from photo_files import a_photo
from resources import a_patient, a_stay, text_of
from stores import store_on
from ward import INSIDE, OUTSIDE

from clinical.people.details import FATHER
from clinical.people.photo import MOST_BYTES
from clinical.protocols import NO_PROTOCOL
from fhir_store.read import read
from fhir_store.search import Context, parse_query, search
from fhir_store.store import Author
from fhir_store.write import Write, raw_cursor, save
from services.access.pages.desk import Desk
from services.clinic.fishing import NUMBERS
from services.clinic.people_here import two_people_marks

SignIn = Callable[[str], PlainBrowser]
Log = Callable[[], list[dict[str, Any]]]

PRISON = {"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PRN"}]}}
"""The type of a prison number."""


@pytest.fixture
def north(desk: Desk) -> Callable[..., None]:
    """Put people into the prison in the north, or out of it again."""
    store = store_on(desk.database)

    def put(id_: str, given: str, family: str, *, until: str = "", father: str = "", **more: Any) -> None:
        period = {"start": "2020-01-05T14:00:00+01:00", **({"end": until} if until else {})}
        stay = a_stay(
            f"{id_}-stay",
            patient=id_,
            prison="north",
            period=period,
            status="finished" if until else "in-progress",
        )
        said = [{"url": FATHER, "valueString": father}] if father else []
        name = {"family": family, "given": [given], **({"extension": said} if said else {})}
        patient = a_patient(
            id_, name=[name], managingOrganization={"reference": "Organization/north"}, **more
        )
        writes = [Write(text_of(one), id=one["id"]) for one in (patient, stay)]
        desk.database.run(
            lambda connection: save(connection, store, writes, Author("ward", facility="north"))
        )

    return put


def find(browser: PlainBrowser, sought: str) -> str:
    browser.open("/people")
    browser.send("/people/find", sought=sought)
    return unescape(browser.main)


def check(browser: PlainBrowser, **typed: str) -> str:
    """Fill in the form for a new person, up to who may be the same."""
    browser.open("/people/new")
    browser.send("/people/new", **{"doubt": "known", "sex": "male", **typed})
    return unescape(browser.main)


def patients(desk: Desk) -> dict[str, dict[str, Any]]:
    store = store_on(desk.database)
    with desk.database.snapshot() as connection:
        query = parse_query("Patient", [("_count", "500")], context=Context(store.zone, store.keyring))
        found = search(raw_cursor(connection), query).matches
        return {one.id: json.loads(one.text) for one in found}


@pytest.mark.parametrize(
    "sought",
    ["Đurić", "Djuric", "Ђурић", "ђур", "Gjurić", "Duric", "djuric dorde", "2.3.1984 đur", "2.3.1984"],
)
def test_a_name_is_found_in_every_script_and_spelling(
    sign_in: SignIn, north: Callable[..., None], sought: str
) -> None:
    north("p1", "Đorđe", "Đurić", birthDate="1984-03-02")
    assert "Đorđe Đurić" in find(sign_in("nurse"), sought)


@pytest.mark.parametrize(
    ("written", "sought"),
    [("Ѓорѓи Ќосев", "gjorgji kjosev"), ("Ѕвездан Џамбаз", "dzvezdan"), ("Ëngjëll Çela", "engjell cela"), ("Nikola Škorić", "никола шкорић")],
)  # fmt: skip
def test_letters_of_the_countries_that_we_serve(
    sign_in: SignIn, north: Callable[..., None], written: str, sought: str
) -> None:
    north("p1", *written.split())
    assert written in find(sign_in("nurse"), sought)


def test_a_birth_date_with_another_name_finds_nobody_and_no_name_is_in_an_address(
    sign_in: SignIn, north: Callable[..., None]
) -> None:
    north("p1", "Đorđe", "Đurić", birthDate="1984-03-02")
    nurse = sign_in("nurse")
    assert "Đurić" not in find(nurse, "3.2.1984 đur")
    assert "Đurić" not in find(nurse, "2.3.1984 petar")
    assert nurse.http.get("/people/find", params={"sought": "Đurić"}).status_code == 405


def test_a_card_finds_its_person_and_one_that_was_read_badly_says_so(
    sign_in: SignIn, desk: Desk, log: Log
) -> None:
    nurse = sign_in("nurse")
    find(nurse, "N-100")
    nurse.send("/people/identity")
    nurse.send("/people/code")
    assert nurse.page.status_code == 200
    for secret in ("Amina", "N-100", "1984"):
        assert secret not in nurse.page.text
    codes = [
        one["value"] for one in patients(desk)[INSIDE]["identifier"] if one["system"].endswith(":code-number")
    ]
    assert len(codes) == 1
    assert "Amina" in find(nurse, codes[0])
    assert "N-100" in nurse.main
    assert "read badly" in find(nurse, codes[0][:-1] + str((int(codes[0][-1]) + 1) % 10))
    assert codes[0] not in str(log())


def test_a_lost_card_gets_another_code_and_the_old_one_finds_nobody(sign_in: SignIn, desk: Desk) -> None:
    nurse = sign_in("nurse")
    find(nurse, "N-100")
    nurse.send("/people/identity")
    nurse.send("/people/code")
    before = code_of(desk)
    nurse.send("/people/identity")
    nurse.send("/people/code")
    assert code_of(desk) == before
    nurse.send("/people/code", anew="yes")
    assert code_of(desk) != before
    assert "Amina" not in find(nurse, before)


def code_of(desk: Desk) -> str:
    return next(
        one["value"] for one in patients(desk)[INSIDE]["identifier"] if one["system"].endswith(":code-number")
    )


def test_nobody_is_registered_before_somebody_says_so(sign_in: SignIn, desk: Desk, log: Log) -> None:
    nurse, before = sign_in("nurse"), patients(desk)
    said = check(nurse, given="Zoran", family="Zorić", born="1.1.1970")
    assert "Nobody here looks the same" in said
    assert patients(desk) == before
    nurse.send("/people/register")
    assert "Registered" in nurse.main
    assert "Zoran Zorić" in unescape(nurse.main)
    (made,) = patients(desk).keys() - before.keys()
    assert patients(desk)[made]["managingOrganization"] == {"reference": "Organization/north"}
    assert "Zoran Zorić" in find(nurse, "zori")
    kinds = [(one["kind"], one.get("interaction"), one.get("type")) for one in log()]
    assert ("read", "$duplicates", "Patient") in kinds
    assert ("write", "create", "Patient") in kinds
    assert ("write", "create", "Encounter") in kinds


def test_a_form_that_is_sent_twice_registers_once(sign_in: SignIn, desk: Desk) -> None:
    nurse, before = sign_in("nurse"), patients(desk)
    check(nurse, given="Zoran", family="Zorić")
    typed = nurse.fields("/people/register")
    for _ in range(2):
        assert nurse.http.post("/people/register", data=typed).status_code == 200
    assert len(patients(desk)) == len(before) + 1


CYRILLIC_A, CYRILLIC_B = "\u0410-0471", "\u0412-0472"
"""Numbers that look as if they were typed in Latin letters."""


def test_a_prison_number_is_the_same_on_whichever_keyboard_it_is_typed(
    sign_in: SignIn, north: Callable[..., None]
) -> None:
    nurse = sign_in("nurse")
    check(nurse, given="Zoran", family="Zorić", prison=CYRILLIC_A)
    nurse.send("/people/register")
    north(
        "kept-before",
        "Petar",
        "Perić",
        identifier=[{**PRISON, "system": "urn:throughcare:prison-number", "value": CYRILLIC_B}],
    )
    for typed, who in (
        (CYRILLIC_A, "Zoran"),
        ("A-0471", "Zoran"),
        ("a-0471", "Zoran"),
        (CYRILLIC_B, "Petar"),
        ("B-0472", "Petar"),
        ("b-0472", "Petar"),
    ):
        assert who in find(nurse, typed), typed
    for number in ("A-0471", "B-0472"):
        assert "same number" in check(nurse, given="Somebody", family="Else", prison=number)


def test_a_number_of_somebody_elsewhere_is_told_in_any_spelling(
    sign_in: SignIn, north: Callable[..., None]
) -> None:
    north(
        "elsewhere",
        "Petar",
        "Perić",
        until="2024-01-05T14:00:00+01:00",
        identifier=[{**PRISON, "system": "urn:throughcare:prison-number", "value": CYRILLIC_B}],
    )
    assert "same number" in check(sign_in("nurse"), given="Somebody", family="Else", prison="b-0472")


def test_a_name_is_found_with_the_year_or_the_month_of_birth_and_a_year_alone_is_refused(
    sign_in: SignIn, north: Callable[..., None]
) -> None:
    nurse = sign_in("nurse")
    north("older", "Zoran", "Zorić", birthDate="1984-03-02")
    north("younger", "Goran", "Zorić", birthDate="1991-03-02")
    for typed in ("Zorić 1984", "zoric 3.1984", "3.1984", "1984 Zorić"):
        said = find(nurse, typed)
        assert ("Zoran" in said, "Goran" in said) == (True, False), typed
    for _ in range(NUMBERS.free + 2):
        assert "A year alone is not looked for." in find(nurse, "1984"), (
            "nor counted as a number that is nobody's"
        )
    north(
        "numbered",
        "Mirko",
        "Mirić",
        identifier=[{**PRISON, "system": "urn:throughcare:prison-number", "value": "1984"}],
    )
    assert "Mirko" in find(nurse, "1984")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"given": "Djordje", "family": "Djuric", "born": "2.3.1984"}, "same name"),
        ({"given": "Ђорђе", "family": "Ђурић", "born": "3.2.1984"}, "day and month of birth swapped"),
        ({"given": "Đorđe", "family": "Gjurić", "father": "Петар", "born": "1984"}, "name sounds alike"),
        ({"given": "Đorđe", "family": "Đurid", "born": "2.3.1985"}, "one letter apart"),
        ({"given": "Somebody", "family": "Else", "prison": "n-777"}, "same number"),
    ],
)
def test_who_may_be_the_same_is_shown_first(
    sign_in: SignIn, north: Callable[..., None], typed: dict[str, str], why: str
) -> None:
    number = {**PRISON, "system": "urn:n", "value": "N-777"}
    north("p1", "Đorđe", "Đurić", father="Petar", birthDate="1984-03-02", identifier=[number])
    nurse = sign_in("nurse")
    said = check(nurse, **typed)
    assert "Is it one of these?" in said
    assert "Đorđe Đurić" in said
    assert "(Petar)" in said
    assert why in said
    nurse.send("/people/identity")
    assert "Đorđe Đurić" in unescape(nurse.main)


def test_somebody_who_comes_back_is_found_by_name_and_birth_and_only_what_was_typed_is_told(
    sign_in: SignIn, north: Callable[..., None], log: Log
) -> None:
    north(
        "p1",
        "Đorđe",
        "Đurić",
        birthDate="1984-03-02",
        until="2021-01-01T10:00:00+01:00",
        identifier=[{**PRISON, "system": "urn:n", "value": "N-777"}],
    )
    nurse = sign_in("nurse")
    assert "Đurić" not in find(nurse, "đurić")
    said = check(nurse, given="Djordje", family="Djuric", born="2.3.1984")
    assert "Not in your care now" in said
    assert "same name" in said
    for secret in ("Đorđe", "N-777", '"p1"'):
        assert secret not in nurse.page.text
    assert [one["subjects"] for one in log() if one["kind"] == "refusal"] == [["Patient/p1"]]
    nurse.send("/people/arrival")
    assert "Đorđe" not in nurse.page.text
    nurse.send("/people/arrived")
    assert "The arrival is recorded." in nurse.main
    assert "Đorđe Đurić" in unescape(nurse.main)
    assert "Đorđe Đurić" in find(nurse, "đurić")


@pytest.mark.parametrize(
    "typed",
    [
        {"given": "Djordje", "family": "Djuric"},
        {"given": "Djordje", "family": "Djuric", "born": "1984"},
        {"given": "Djordje", "family": "Djuric", "born": "4.3.1984"},
        {"given": "Petar", "family": "Djuric", "born": "2.3.1984"},
    ],
)
def test_of_who_was_here_before_nothing_is_told_without_both_name_and_birth(
    sign_in: SignIn, north: Callable[..., None], typed: dict[str, str]
) -> None:
    north("p1", "Đorđe", "Đurić", birthDate="1984-03-02", until="2021-01-01T10:00:00+01:00")
    assert "Not in your care now" not in check(sign_in("nurse"), **typed)


def test_of_somebody_treated_elsewhere_only_a_number_in_full_tells(sign_in: SignIn) -> None:
    nurse = sign_in("nurse")
    assert "Not in your care now" not in check(nurse, given="Bojan", family="DEMO", born="2.3.1984")
    assert "Not in your care now" not in check(nurse, given="Bojan", family="DEMO", prison="S-20")
    assert "Not in your care now" in check(nurse, given="Zoran", family="Zorić", prison="S-200")
    assert "Bojan" not in nurse.page.text


def test_a_number_of_another_kind_does_not_tell_of_who_was_here_before(
    sign_in: SignIn, north: Callable[..., None]
) -> None:
    number = {**PRISON, "system": "urn:n", "value": "N-777"}
    north("p1", "Đorđe", "Đurić", father="Petar", until="2021-01-01T10:00:00+01:00", identifier=[number])
    typed = {"given": "Djordje", "family": "Djuric", "father": "Petar"}
    nurse = sign_in("nurse")
    assert "Not in your care now" not in check(nurse, **typed, uic="N-777")
    assert "Not in your care now" in check(nurse, **typed, prison="N-777")


def test_looking_for_people_outside_care_is_slowed_down_as_numbers_are(
    sign_in: SignIn, north: Callable[..., None], clock: Clock
) -> None:
    north("p1", "Đorđe", "Đurić", birthDate="1984-03-02", until="2021-01-01T10:00:00+01:00")
    nurse = sign_in("nurse")
    for _ in range(NUMBERS.free + 1):
        assert "Not in your care now" in check(nurse, given="Djordje", family="Djuric", born="2.3.1984")
    said = check(nurse, given="Djordje", family="Djuric", born="2.3.1984")
    assert "Not in your care now" not in said
    assert "too many were tried" in said


def test_who_also_guards_is_told_nothing_of_who_was_here_before(
    sign_in: SignIn, north: Callable[..., None]
) -> None:
    north("p1", "Đorđe", "Đurić", birthDate="1984-03-02", until="2021-01-01T10:00:00+01:00")
    assert "Not in your care now" not in check(
        sign_in("both"), given="Djordje", family="Djuric", born="2.3.1984"
    )


def test_nobody_in_care_is_registered_anew_by_a_ticket_of_another_session(
    sign_in: SignIn, desk: Desk
) -> None:
    nurse, doctor, before = sign_in("nurse"), sign_in("doctor"), patients(desk)
    check(nurse, given="Zoran", family="Zorić")
    ticket = nurse.fields("/people/register")["ticket"]
    check(doctor, given="Zoran", family="Zorić")
    doctor.send("/people/register", ticket=ticket)
    assert doctor.page.status_code == 404
    assert patients(desk) == before


def test_an_unknown_person_gets_a_temporary_number_and_no_history(sign_in: SignIn, desk: Desk) -> None:
    nurse, before = sign_in("nurse"), patients(desk)
    check(nurse, doubt="unknown", sex="unknown")
    nurse.send("/people/register")
    assert "identity unknown" in nurse.main
    number = re.search(r"T-\d{4}-\d{4}", nurse.main)
    assert number is not None
    (made,) = patients(desk).keys() - before.keys()
    assert "name" not in patients(desk)[made]
    assert "link" not in patients(desk)[made]
    assert number[0] in find(nurse, number[0])


@pytest.mark.parametrize("doubt", ["unknown", "disputed"])
def test_a_disputed_identity_takes_no_national_id_which_would_join_it_to_another_record(
    sign_in: SignIn, doubt: str
) -> None:
    said = check(sign_in("nurse"), doubt=doubt, given="Ana", family="Kovač", national="0203984")
    assert "Leave the national ID empty" in said


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"given": "Ana"}, "Write the given name and the family name"),
        ({"given": "Ana1", "family": "B"}, "without digits"),
        ({"given": "Ana", "family": "B", "born": "31.2.1984"}, "A date of birth is written as"),
        ({"given": "Ana", "family": "B", "born": "13.1984"}, "A date of birth is written as"),
        ({"given": "Ana", "family": "B", "born": "1.1.2999"}, "cannot be after today"),
        ({"given": "Ana", "family": "B", "born": "2999"}, "cannot be after today"),
        ({"given": "Ana", "family": "B", "sex": ""}, "Say the sex"),
        ({"given": "A" * 101, "family": "B"}, "100 at most"),
    ],
)
def test_what_has_to_be_put_right_is_said_and_what_was_typed_stays(
    sign_in: SignIn, desk: Desk, typed: dict[str, str], why: str
) -> None:
    nurse, before = sign_in("nurse"), patients(desk)
    assert why in check(nurse, **typed)
    assert nurse.page.status_code == 422
    assert f'value="{typed["given"]}"' in nurse.page.text
    assert patients(desk) == before


def test_who_it_is_is_put_right_and_the_earlier_name_still_finds_them(sign_in: SignIn, desk: Desk) -> None:
    nurse = sign_in("nurse")
    check(nurse, doubt="unknown", sex="unknown")
    nurse.send("/people/register")
    nurse.send("/people/details")
    nurse.send(
        "/people/correct",
        doubt="known",
        given="Zoran",
        family="Zorić",
        sex="male",
        born="1970",
        father="Petar",
    )
    assert "Corrected." in nurse.main
    assert "identity unknown" not in nurse.main
    nurse.send("/people/details")
    nurse.send("/people/correct", doubt="known", given="Zoran", family="Zović", sex="male")
    assert "Zoran Zović" in find(nurse, "zorić")


def test_a_photo_is_kept_without_what_a_tablet_wrote_into_it_and_shown_to_who_treats(
    sign_in: SignIn, desk: Desk, log: Log
) -> None:
    nurse = sign_in("nurse")
    upload(nurse, a_photo(b"DEMO secret place"))
    assert "The photo is kept." in nurse.main
    assert 'src="data:image/jpeg;base64,' in nurse.page.text
    (photo,) = patients(desk)[INSIDE]["photo"]
    with desk.database.snapshot() as connection:
        stored = read(
            raw_cursor(connection),
            store_on(desk.database).keyring,
            "Binary",
            photo["url"].removeprefix("Binary/"),
        )
    assert "secret" not in stored.text
    assert stored.patients == (INSIDE,)
    doctor = sign_in("doctor")
    find(doctor, "N-100")
    doctor.send("/people/identity")
    assert 'src="data:image/jpeg;base64,' in doctor.page.text


def test_faces_stand_beside_whoever_is_found_or_may_be_the_same_and_initials_where_there_is_none(
    sign_in: SignIn, north: Callable[..., None], desk: Desk
) -> None:
    nurse = sign_in("nurse")
    upload(nurse, a_photo())
    (name,) = patients(desk)[INSIDE]["name"]
    north("double", name["given"][0], name["family"])

    def seen(browser: PlainBrowser) -> tuple[int, int]:
        text = browser.page.text
        return text.count('src="data:image/jpeg;base64,'), text.count(' initials" translate')

    find(nurse, name["family"])
    assert seen(nurse) == (1, 1)
    check(nurse, given=name["given"][0], family=name["family"])
    assert seen(nurse) == (1, 1)
    doctor = sign_in("doctor")
    find(doctor, "N-100")
    doctor.send("/people/identity")
    doctor.send("/people/merge")
    assert seen(doctor) == (1, 1)
    doctor.send("/people/merge/compare", other="double")
    assert "Two records side by side" in doctor.main
    assert seen(doctor) == (1, 1)


def upload(browser: PlainBrowser, data: bytes) -> None:
    find(browser, "N-100")
    browser.send("/people/identity")
    typed = browser.fields("/people/photo")
    browser.page = browser.http.post(
        "/people/photo", data=typed, files={"photo": ("a.jpg", data, "image/jpeg")}
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no JPEG or PNG"),
        (b"GIF89a" + b"x" * 100, "no JPEG or PNG"),
        (b"\xff\xd8" + b"x" * MOST_BYTES, "too large"),
    ],
)
def test_what_is_no_photo_is_refused_with_what_to_do(
    sign_in: SignIn, desk: Desk, data: bytes, why: str
) -> None:
    nurse = sign_in("nurse")
    upload(nurse, data)
    assert nurse.page.status_code == 422
    assert why in nurse.main
    assert "photo" not in patients(desk)[INSIDE]


def test_somebody_outside_care_has_no_page_of_who_they_are(sign_in: SignIn) -> None:
    nurse = sign_in("nurse")
    find(nurse, "N-100")
    for action in ("/people/identity", "/people/stays"):
        assert nurse.http.post(action, data={**nurse.fields(action), "person": OUTSIDE}).status_code == 404


def test_two_people_of_one_name_are_marked_on_both_and_only_while_both_are_here(
    sign_in: SignIn, north: Callable[..., None], desk: Desk, clock: Clock
) -> None:
    north("p1", "Marko", "Petrović")
    north("p2", "Марко", "Петровић")
    north("gone", "Marko", "Petrović", until="2026-01-01T10:00:00+01:00")
    store = store_on(desk.database)
    with desk.database.snapshot() as connection:
        found = two_people_marks(
            raw_cursor(connection),
            Context(store.zone, store.keyring),
            ["north"],
            clock.day(store.zone.key),
            NO_PROTOCOL,
        )
    assert {one: mark.others for one, mark in found.items()} == {"p1": ("p2",), "p2": ("p1",)}
    nurse = sign_in("nurse")
    find(nurse, "марко")
    nurse.send("/people/identity")
    assert "Two people." in nurse.main
    assert "scan the card before anything is given" in nurse.main
    find(nurse, "N-100")
    nurse.send("/people/identity")
    assert "Two people." not in nurse.main
