"""``throughcare cascade compute``: what it prints and writes, what it refuses, and that both sources tell the same."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet
import pytest
from resources import text_of
from spec import world
from spec.custody_records import custody
from spec.hiv_records import NEGATIVE, POSITIVE, concept, hiv_test
from spec.world import organization, reference
from sqlalchemy import text

from cascade import measures
from cascade.cube import DIMENSIONS
from cascade.result import COLUMNS
from fhir_store.store import Author, Store
from fhir_store.write import Deletion, Write, save
from services.cli import command_line
from services.commands.cascade import data_cut
from services.commands.export import write_ndjson
from services.commands.failure import CommandFailed, explained
from services.commands.figures_table import percentage
from services.shared.database import Database

ZONE = ZoneInfo("Europe/Podgorica")
ON = "2025-03-05T09:00:00+01:00"
END = ("--period-end", "2025-03-31")
ONE = ("--measure", "hiv_tests", *END)
CONFIDENTIAL = "Confidential, full counts, not for publication"


@dataclass(frozen=True)
class Ran:
    """What a command ended with."""

    exit_code: int
    stdout: str
    stderr: str


Run = Callable[..., Ran]


@pytest.fixture(name="run")
def _run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process, in a home of its own; what a person can mend ends with 1 and a line."""
    monkeypatch.setenv("THROUGHCARE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FACILITY_ZONE", ZONE.key)

    def run(*arguments: object) -> Ran:
        with pytest.raises(SystemExit) as ended, explained():
            command_line()([str(one) for one in arguments])
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return run


def people(count: int) -> list[world.Json]:
    """So many tests in the prison `north`, every fifth one positive, and one of somebody nobody knows in `=south`."""
    tests = [
        a_test(f"t{number}", f"p{number}", "north", NEGATIVE if number % 5 else POSITIVE)
        for number in range(count)
    ]
    prison = [concept(("urn:throughcare:code-system:facility-kind", "prison"))]
    unmapped = hiv_test("sugar", code=concept(("urn:example:register", "4711")))
    return [
        organization("north", type=prison, name="DEMO Prison North"),
        organization("south", type=prison, name="=cmd|\u202e South"),
        custody("stay", person="p0", prison="north", start="2025-01-05T14:00:00+01:00", legal=(("pretrial", "2025-01-05"),)),
        {"resourceType": "Patient", "id": "p0", "gender": "female", "birthDate": "1990-01-01"},
        *tests,
        a_test("alone", "amina", "south"),
        a_test("mistake", "besa", "south", status="entered-in-error"),
        unmapped,
    ]  # fmt: skip


def a_test(id_: str, person: str, place: str, outcome: str = NEGATIVE, at: str = ON, **other) -> world.Json:
    said = {"subject": reference("Patient", person), "effectiveDateTime": at, "issued": at}
    return hiv_test(id_, outcome, **said, performer=[reference("Organization", place)], **other)


@pytest.fixture(name="files")
def _files(tmp_path: Path) -> Path:
    """Twenty-one tests of the first quarter of 2025."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "bulk.ndjson").write_text(world.ndjson(people(20)), encoding="utf-8")
    return folder


def said(result: Ran) -> str:
    assert result.exit_code == 0, result.stderr
    return result.stdout


def figures(result: Ran) -> list[dict]:
    return json.loads(said(result))["figures"]


def numerators(rows: list[dict], figure: str = "tests") -> dict[tuple[str, str], int]:
    """By dimension and value; a facility by its name."""
    return {
        (row["by"], row["facility_name"] or next((row[one] for one in DIMENSIONS if row[one] != "all"), "all")): row["numerator"]
        for row in rows
        if row["figure"] == figure
    }  # fmt: skip


def test_the_table_says_what_is_counted_from_what_was_known_when(run: Run, files: Path):
    printed = said(
        run("cascade", "compute", "--from", files, *ONE, "--data-as-of", "2025-04-10")
    ).splitlines()
    assert printed[0] == CONFIDENTIAL
    assert "Period end: 2025-03-31" in printed
    assert "Data as of: 2025-04-11 00:00:00 Europe/Podgorica" in printed
    assert any(line.startswith("The files hold one version of each record: ") for line in printed)
    assert measures.measure("hiv_tests").title in printed
    rows = [line.split() for line in printed]
    assert ["who", "2025-03-31", "all", "all", "Tests", "21"] in rows
    assert ["who", "2025-03-31", "all", "all", "Positive", "tests", "4", "21", "19.0"] in rows


def test_below_twenty_there_is_no_percentage(run: Run, files: Path):
    rows = [
        line.split()
        for line in said(run("cascade", "compute", "--from", files, *ONE, "--by", "facility")).splitlines()
    ]
    positive = [row[3:] for row in rows if "Positive" in row and row[2] == "facility"]
    assert positive == [
        ["=cmd|?", "South", "Positive", "tests", "0", "1"],
        ["DEMO", "Prison", "North", "Positive", "tests", "4", "20", "20.0"],
    ]


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [(1, None, ""), (0, 0, ""), (1, 19, ""), (1, 20, "5.0"), (1, 21, "4.8"), (20, 20, "100.0")],
)
def test_a_percentage_is_shown_from_twenty_on(numerator: int, denominator: int | None, shown: str):
    assert percentage(numerator, denominator) == shown


def test_nothing_that_was_read_steers_the_terminal(run: Run, files: Path):
    assert "\u202e" not in said(run("cascade", "compute", "--from", files, *ONE, "--by", "facility"))


def test_what_was_read_is_told_by_type_and_code(run: Run, files: Path):
    printed = said(run("cascade", "compute", "--from", files, *ONE))
    rows = [line.split() for line in printed.split("What was read:")[1].splitlines() if line]
    assert rows[0] == [
        "type",
        "code",
        "read",
        "used",
        "looked",
        "up",
        "unmapped",
        "excluded",
        "why",
        "excluded",
    ]
    told = {(row[0], row[1]): row[2:] for row in rows[1:] if "|" in row[1]}
    who = "http://smart.who.int/hiv/CodeSystem/HIVConcepts|HIV.B.DE81"
    assert told["Observation", who] == ["22", "21", "0", "0", "1", *["status", "entered-in-error", "1"]]
    assert told["Observation", "urn:example:register|4711"] == ["1", "0", "0", "1", "0"]
    assert ["Organization", "2", "0", "2", "0", "0"] in rows


@pytest.mark.parametrize(
    ("dimension", "told"),
    [
        ("setting", {("setting", "prison"): 21}),
        ("facility", {("facility", "DEMO Prison North"): 20, ("facility", "=cmd|\u202e South"): 1}),
        ("sex", {("sex", "female"): 1, ("sex", "unknown"): 20}),
        ("age_band", {("age_band", "25-49"): 1, ("age_band", "unknown"): 20}),
        ("legal_status", {("legal_status", "pretrial"): 1, ("legal_status", "unknown"): 20}),
    ],
)
def test_each_dimension_is_a_cut_beside_the_country(run: Run, files: Path, dimension: str, told: dict):
    rows = figures(run("cascade", "compute", "--from", files, *ONE, "--by", dimension, "--json"))
    assert numerators(rows) == {("all", "all"): 21} | told


def test_two_dimensions_are_two_cuts_and_never_crossed(run: Run, files: Path):
    rows = figures(
        run("cascade", "compute", "--from", files, *ONE, "--by", "sex", "--by", "setting", "--json")
    )
    assert list(dict.fromkeys(row["by"] for row in rows)) == ["all", "sex", "setting"]
    assert all(sum(row[one] != "all" for one in DIMENSIONS) == (row["by"] != "all") for row in rows)


def test_without_names_every_measure_comes_in_every_reading(run: Run, files: Path):
    rows = figures(run("cascade", "compute", "--from", files, *END, "--json"))
    assert {(row["measure"], row["profile"]) for row in rows} == {
        (name, profile) for name in measures.names() for profile in measures.measure(name).profiles
    }


def test_a_measure_and_a_profile_may_be_chosen(run: Run, files: Path):
    asked = ("--measure", "oat_census", "--measure", "hiv_tests", "--profile", "covered", "--profile", "who")
    rows = figures(run("cascade", "compute", "--from", files, *END, *asked, "--json"))
    assert list(dict.fromkeys((row["measure"], row["profile"]) for row in rows)) == [
        ("oat_census", "covered"),
        ("hiv_tests", "who"),
    ]


@pytest.mark.parametrize(
    ("every", "first", "last"),
    [("month", "2025-03-01", "2025-03-31"), ("quarter", "2025-01-01", "2025-03-31"), ("year", "2024-01-01", "2024-12-31")],
)  # fmt: skip
def test_the_kind_of_period(run: Run, files: Path, every: str, first: str, last: str):
    asked = ("--measure", "hiv_tests", "--every", every, "--period-end", last, "--json")
    (period,) = {
        (row["first"], row["last"]) for row in figures(run("cascade", "compute", "--from", files, *asked))
    }
    assert period == (first, last)


def test_several_periods_end_with_the_one_asked_for(run: Run, files: Path):
    rows = figures(
        run("cascade", "compute", "--from", files, *ONE, "--every", "month", "--periods", 3, "--json")
    )
    tests = {row["last"]: row["numerator"] for row in rows if row["figure"] == "tests"}
    assert tests == {"2025-01-31": 0, "2025-02-28": 0, "2025-03-31": 21}


@pytest.mark.parametrize(
    ("data_as_of", "last"),
    [("2025-03-30", "2024-12-31"), ("2025-03-31", "2025-03-31"), ("2025-03-31T21:59:59+00:00", "2024-12-31"), ("2025-03-31T22:00:00+00:00", "2025-03-31")],
)  # fmt: skip
def test_the_default_is_the_last_period_that_was_over_at_the_data_cut(
    run: Run, files: Path, data_as_of: str, last: str
):
    asked = ("--measure", "hiv_tests", "--data-as-of", data_as_of, "--json")
    assert {row["last"] for row in figures(run("cascade", "compute", "--from", files, *asked))} == {last}


def test_files_show_nothing_that_was_written_after_the_data_cut(run: Run, tmp_path: Path):
    late = a_test("late", "amina", "north", meta={"lastUpdated": "2025-04-11T00:00:00+02:00"})
    (tmp_path / "bulk.ndjson").write_text(world.ndjson([late]), encoding="utf-8")

    def tests(data_as_of: str) -> int:
        asked = ("--from", tmp_path / "bulk.ndjson", *ONE, "--data-as-of", data_as_of, "--json")
        return numerators(figures(run("cascade", "compute", *asked)))["all", "all"]

    assert (tests("2025-04-10T21:59:59Z"), tests("2025-04-10T22:00:00Z")) == (0, 1)


def test_codes_of_a_sender_are_counted_where_a_file_maps_them(run: Run, files: Path, tmp_path: Path):
    codes = tmp_path / "codes.toml"
    codes.write_text(
        '[[list]]\nname = "observation"\nsystems = ["urn:example:register"]\n[list.code.4711]\nvalue = "hiv_test"\n'
    )
    rows = figures(run("cascade", "compute", "--from", files, *ONE, "--codes", codes, "--json"))
    assert numerators(rows)["all", "all"] == 21 + 1


def test_another_server_is_read_with_the_first_and_its_ids_are_kept_apart(
    run: Run, files: Path, tmp_path: Path
):
    """Both call their people p0, p1, ...: they are others, and so are their tests and places."""
    printed = run("cascade", "compute", "--from", files, "--also", f"urn:clinic={files}", *ONE, "--json")
    assert numerators(figures(printed))["all", "all"] == 2 * 21
    people = run(
        "cascade",
        "compute",
        "--from",
        files,
        "--also",
        f"clinic={files}",
        "--measure",
        "people_tested",
        *END,
        "--json",
    )
    once = run("cascade", "compute", "--from", files, "--measure", "people_tested", *END, "--json")
    both, one = (sum(row["numerator"] for row in figures(of)) for of in (people, once))
    assert both == 2 * one > 0
    assert "The files of the other servers hold one version" in said(
        run("cascade", "compute", "--from", files, "--also", f"clinic={files}", *ONE)
    )


@pytest.mark.usefixtures("never_counted")
def test_names_that_do_not_keep_ids_apart_are_refused(run: Run, files: Path):
    refused = run(
        "cascade", "compute", "--from", files, "--also", f"a={files}", "--also", f"a|b={files}", *ONE
    )
    assert (refused.exit_code, "No name of a source may be that of another" in refused.stderr) == (1, True)


def test_the_json_document_says_what_it_is(run: Run, files: Path):
    document = json.loads(
        said(run("cascade", "compute", "--from", files, *ONE, "--data-as-of", "2025-04-10", "--json"))
    )
    assert document["confidential"] == CONFIDENTIAL
    assert document["period_end"] == "2025-03-31"
    assert document["data_as_of"] == "2025-04-11T00:00:00+02:00"
    assert document["source"].startswith("The files hold one version of each record")
    assert list(document["figures"][0]) == list(COLUMNS)
    assert sum(line["resources"] for line in document["account"]) == len(people(20))


def test_the_csv_file_says_that_it_is_confidential_first(run: Run, files: Path, tmp_path: Path):
    file = tmp_path / "out.csv"
    rows = figures(
        run("cascade", "compute", "--from", files, *ONE, "--by", "facility", "--csv", file, "--json")
    )
    first, *rest = file.read_text(encoding="utf-8").splitlines()
    assert first == f"# {CONFIDENTIAL}"
    written = list(csv.DictReader(rest))
    assert list(written[0]) == list(COLUMNS)
    assert [row["numerator"] for row in written] == [str(row["numerator"]) for row in rows]
    assert [row["denominator"] for row in written] == [
        "" if row["denominator"] is None else str(row["denominator"]) for row in rows
    ]
    assert [row["facility_key"] for row in written] == [row["facility_key"] for row in rows]
    assert {row["facility_name"] for row in written} == {"", "DEMO Prison North", "'=cmd|\u202e South"}
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_parquet_file_says_it_in_its_metadata(run: Run, files: Path, tmp_path: Path):
    file = tmp_path / "out.parquet"
    rows = figures(
        run("cascade", "compute", "--from", files, *ONE, "--by", "facility", "--parquet", file, "--json")
    )
    table = pyarrow.parquet.read_table(file)
    assert table.schema.metadata[b"confidential"].decode() == CONFIDENTIAL
    assert table.column_names == list(COLUMNS)
    written = table.to_pylist()
    for name in ("facility_key", "facility_name", "figure", "numerator", "denominator"):
        assert [row[name] for row in written] == [row[name] for row in rows]
    assert {row["last"] for row in written} == {date(2025, 3, 31)}
    assert {row["data_as_of"].isoformat() for row in written} == {
        datetime.fromisoformat(rows[0]["data_as_of"]).isoformat()
    }
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.fixture(name="never_counted")
def _never_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def compute(*_: object, **__: object) -> None:
        raise AssertionError("counting began")

    monkeypatch.setattr("services.commands.cascade.compute", compute)


@pytest.mark.usefixtures("never_counted")
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("--measure", "prisoners"), "No such measure. There are: "),
        (("--profile", "made_up"), "No such profile. There are:"),
        (("--measure", "oat_census", "--profile", "who"), "There are: covered, late_7."),
        (("--measure", "oat_census", "--measure", "hiv_tests", "--profile", "who"), "oat_census has none of these profiles. It has: late_7, covered."),
        (("--by", "religion"), "No such dimension. There are: setting, facility, sex, age_band, legal_status."),
        (("--every", "week"), "A period is one of: month, quarter, year."),
        (("--every", "week", "--period-end", "2025-03-31"), "A period is one of: month, quarter, year."),
        (("--periods", "0"), "Between 1 and 240 periods"),
        (("--period-end", "2025-03-30"), "No quarter ends on that day."),
        (("--period-end", "0001-03-31"), "A period ends in 1900 or later."),
        (("--period-end", "2025-06-30", "--data-as-of", "2025-05-01"), "was not over at the data cut"),
        (("--period-end", "2999-12-31"), "was not over at the data cut"),
        (("--data-as-of", "2999-12-31"), "--data-as-of is in the future."),
        (("--data-as-of", "9999-12-31"), "--data-as-of is in the future."),
        (("--data-as-of", "2999-12-31T00:00:00Z"), "--data-as-of is in the future."),
        (("--from", "nowhere"), "--from names nothing that is there."),
        (("--also", "clinic=nowhere"), "--also names nothing that is there."),
        (("--also", "nowhere"), "--also is NAME=FOLDER"),
        (("--also", "=."), "--also is NAME=FOLDER"),
        (("--also", "clinic=.", "--also", "clinic=."), "--also is NAME=FOLDER"),
        (("--codes", "nowhere.toml"), "nowhere.toml cannot be read."),
        (("--csv", "nowhere/out.csv"), "nowhere/out.csv cannot be written"),
        (("--parquet", "nowhere/out.parquet"), "nowhere/out.parquet cannot be written"),
        (("--csv", "."), "is not a file"),
        (("--csv", "/dev/null", "--overwrite"), "is not a file"),
        (("--csv", "one", "--parquet", "./one"), "--csv and --parquet name one file."),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_a_line_before_counting_starts(
    run: Run, files: Path, wrong: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    result = run("cascade", "compute", "--from", files, *wrong)
    assert result.exit_code == 1
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.usefixtures("never_counted")
@pytest.mark.parametrize("option", ["--csv", "--parquet"])
def test_a_file_that_is_there_is_kept(run: Run, files: Path, tmp_path: Path, option: str):
    file = tmp_path / "out"
    file.write_text("mine")
    result = run("cascade", "compute", "--from", files, *ONE, option, file)
    assert (result.exit_code, file.read_text()) == (1, "mine")
    assert "exists already. Name another file, or say --overwrite." in result.stderr


@pytest.mark.parametrize("option", ["--csv", "--parquet"])
def test_a_file_that_is_there_is_replaced_if_that_is_said(run: Run, files: Path, tmp_path: Path, option: str):
    file = tmp_path / "out"
    file.write_text("mine")
    said(run("cascade", "compute", "--from", files, *ONE, option, file, "--overwrite"))
    assert CONFIDENTIAL.encode() in file.read_bytes()
    assert not list(tmp_path.glob(".out*"))


def test_counting_that_fails_leaves_what_was_there_and_no_part(
    run: Run, files: Path, tmp_path: Path, never_counted: None
):
    file = tmp_path / "out"
    file.write_text("mine")
    with pytest.raises(AssertionError, match="counting began"):
        run("cascade", "compute", "--from", files, *ONE, "--csv", file, "--overwrite")
    assert file.read_text() == "mine"
    assert not list(tmp_path.glob(".out*"))


def test_what_does_not_fit_is_said_in_a_line(run: Run, files: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cascade.compute.MEMORY", "1MB")
    result = run("cascade", "compute", "--from", files, *ONE)
    assert result.exit_code == 1
    assert "Free space in THROUGHCARE_HOME" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


@pytest.mark.usefixtures("never_counted")
@pytest.mark.parametrize(
    ("codes", "says"),
    [
        ("= broken", "is not TOML"),
        ('title = "nothing else"', "has no [[list]]"),
        ("list = 3", "has no [[list]]"),
        ("list = [3]", "list 1 has no name out of"),
        ('[[list]]\nname = "made_up"', "list 1 has no name out of art_medication"),
        ('[[list]]\nname = "offer"', "list 1 has no systems"),
        ('[[list]]\nname = "offer"\nsystems = "urn:x"', "list 1 has no systems"),
        ('[[list]]\nname = "offer"\nsystems = ["urn:x"]', "list 1 has no [list.code.CODE]"),
        ('[[list]]\nname = "offer"\nsystems = ["urn:x"]\n[list.code]\n1 = "accepted"', "without a [list.code.CODE]"),
        ('[[list]]\nname = "offer"\nsystems = ["urn:x"]\n[list.code.1]\nvalue = "taken"', "without a value out of accepted, refused"),
        ('[[list]]\nname = "diagnosis"\nsystems = ["urn:x"]\n[list.code.1]\nmeaning = "hiv"', "without a value out of hiv, opioid_dependence"),
        ('[[list]]\nname = "oat_medication"\nsystems = ["urn:x"]\n[list.code.1]\nvalue = "methadone"', "without its medicine in ATC"),
        ('[[list]]\nname = "art_medication"\nsystems = ["urn:x"]\n[list.code.1]\natc = 7', "without its medicine in ATC"),
        ('[[list]]\nname = "opioid_dependence"\nsystems = ["urn:x"]\n[list.code.1]\nand_subdivisions = "yes"', "is not true or false"),
    ],
)  # fmt: skip
def test_a_file_of_codes_that_is_not_whole_is_refused_by_its_name(
    run: Run, files: Path, tmp_path: Path, codes: str, says: str
):
    file = tmp_path / "ours.toml"
    file.write_text(codes)
    result = run("cascade", "compute", "--from", files, *ONE, "--codes", file)
    assert result.exit_code == 1
    assert str(file) in result.stderr
    assert says in result.stderr
    assert "examples/synthea.toml" in result.stderr


NOON = datetime(2025, 4, 10, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "cut"),
    [
        (None, NOON),
        (datetime(2025, 4, 10), NOON),  # noqa: DTZ001
        (datetime(2025, 4, 9), datetime(2025, 4, 10, tzinfo=ZONE)),  # noqa: DTZ001
        (datetime(2025, 3, 29), datetime(2025, 3, 29, 23, tzinfo=UTC)),  # noqa: DTZ001
        (datetime(2025, 3, 30), datetime(2025, 3, 30, 22, tzinfo=UTC)),  # noqa: DTZ001
        (NOON, NOON),
    ],
)
def test_a_day_means_its_end_in_the_facilities_zone_and_today_means_now(
    written: datetime | None, cut: datetime
):
    assert data_cut(written, NOON, ZONE) == cut


@pytest.mark.parametrize("written", [NOON + timedelta(seconds=1), datetime(2025, 4, 11)])  # noqa: DTZ001
def test_a_data_cut_in_the_future_is_refused(written: datetime):
    with pytest.raises(CommandFailed, match="future"):
        data_cut(written, NOON, ZONE)


@pytest.fixture(name="stored")
def _stored(run: Run, database: Database, store: Store, monkeypatch: pytest.MonkeyPatch):
    """Write resources to the record store of this test, which the command then reads."""
    monkeypatch.setenv("DATABASE_URL", database.engine.url.render_as_string(hide_password=False))

    def save_all(*writes: Write | Deletion) -> datetime:
        """Returns a moment after which nothing of this was written."""
        database.run(lambda connection: save(connection, store, list(writes), Author("a")))
        with database.transaction() as connection:
            return connection.execute(text("SELECT clock_timestamp()")).scalar_one()

    return save_all


def a_write(resource: world.Json) -> Write:
    return Write(text_of(resource), id=resource["id"])


def test_the_store_and_an_export_of_it_give_the_same_numbers(
    run: Run, stored, database: Database, store: Store, tmp_path: Path
):
    stored(*(a_write(resource) for resource in people(20)))
    folder = tmp_path / "export"
    folder.mkdir()
    write_ndjson(database, store.keyring, folder)
    asked = [
        *END,
        *(
            part
            for name in ("setting", "facility", "sex", "age_band", "legal_status")
            for part in ("--by", name)
        ),
    ]
    of_store = json.loads(said(run("cascade", "compute", *asked, "--json")))
    of_files = json.loads(said(run("cascade", "compute", "--from", folder, *asked, "--json")))

    def without_the_cut(document: dict) -> list[dict]:
        return [row | {"data_as_of": None} for row in document["figures"]]

    assert without_the_cut(of_store) == without_the_cut(of_files)
    assert numerators(of_store["figures"])["all", "all"] == 21
    assert sorted(map(str, of_store["account"])) == sorted(map(str, of_files["account"]))
    assert of_store["source"] != of_files["source"]


def test_the_store_tells_what_was_known_then(run: Run, stored):
    before = stored(*(a_write(resource) for resource in people(20)))
    wrong = a_test("t1", "p1", "north", status="entered-in-error")
    after = stored(a_write(wrong), Deletion("Observation", "t0"))

    def positive_and_all(moment: datetime) -> tuple[int, int]:
        asked = (*ONE, "--data-as-of", moment.strftime("%Y-%m-%dT%H:%M:%S.%f%z"), "--json")
        rows = figures(run("cascade", "compute", *asked))
        return numerators(rows, "positive")["all", "all"], numerators(rows)["all", "all"]

    assert positive_and_all(before) == (4, 21)
    assert positive_and_all(after) == (4 - 1, 21 - 2)


def test_reading_the_store_leaves_nothing_that_was_read_in_the_home(run: Run, stored, tmp_path: Path):
    stored(*(a_write(resource) for resource in people(1)))
    said(run("cascade", "compute", *ONE))
    left = {str(path.relative_to(tmp_path / "home")): path for path in (tmp_path / "home").rglob("*")}
    assert set(left) == {"pseudonym.key", "audit-subject.key", "audit-search.key", "cascade", "cascade/door"}
    assert left["cascade/door"].read_bytes() == b""
