"""One-time codes: the tables of the RFCs, the windows, resynchronisation, deliveries of hardware tokens."""

import base64
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from services.access.people.accounts import add_account
from services.access.people.errors import CodesDoNotFollow, KeyDiffers, SeedRefused
from services.access.people.oath_tokens import (
    CodeUse,
    add_token,
    assign_token,
    has_token,
    resynchronise,
    take_tokens_away,
    use_code,
)
from services.access.people.one_time_codes import Generator, code_at, counters_now, step
from services.access.people.sealing import Place, seal, unseal
from services.access.people.seed_files import read_seeds
from services.shared.database import Database

RFC_SECRET = b"12345678901234567890"
HEX = "3132333435363738393031323334353637383930"
STEP = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("counter", "code"),
    list(
        enumerate(
            [
                "755224",
                "287082",
                "359152",
                "969429",
                "338314",
                "254676",
                "287922",
                "162583",
                "399871",
                "520489",
            ]
        )
    ),
)
def test_the_codes_of_rfc_4226(counter: int, code: str) -> None:
    assert code_at(Generator("hotp", RFC_SECRET), counter) == code


@pytest.mark.parametrize(
    ("unix", "algorithm", "size", "code"),
    [
        (59, "SHA1", 20, "94287082"),
        (59, "SHA256", 32, "46119246"),
        (59, "SHA512", 64, "90693936"),
        (1111111109, "SHA1", 20, "07081804"),
        (20000000000, "SHA1", 20, "65353130"),
        (20000000000, "SHA256", 32, "77737706"),
        (20000000000, "SHA512", 64, "47863826"),
    ],
)
def test_the_codes_of_rfc_6238(unix: int, algorithm: str, size: int, code: str) -> None:
    generator = Generator("totp", (b"1234567890" * 7)[:size], algorithm, digits=8)
    assert code_at(generator, step(generator, datetime.fromtimestamp(unix, UTC))) == code


def test_windows() -> None:
    at = datetime.fromtimestamp(300, UTC)
    assert list(counters_now(Generator("totp", RFC_SECRET), at, last=-1, drift=0)) == [9, 10, 11]
    assert list(counters_now(Generator("totp", RFC_SECRET), at, last=-1, drift=-4)) == [5, 6, 7]
    assert list(counters_now(Generator("hotp", RFC_SECRET), at, last=2, drift=0)) == list(range(3, 13))


@pytest.fixture
def account(database: Database, at: datetime):
    with database.transaction() as connection:
        return add_account(connection, "ana", "Ana", None, at).id


@pytest.mark.parametrize(
    ("ahead", "outcome"), [(0, CodeUse.ACCEPTED), (9, CodeUse.ACCEPTED), (10, CodeUse.WRONG)]
)
def test_a_hardware_token_may_be_ten_codes_ahead(
    account, database: Database, keys, at: datetime, ahead: int, outcome: CodeUse
) -> None:
    generator = Generator("hotp", RFC_SECRET)
    with database.transaction() as connection:
        add_token(connection, keys, generator, at, account=account, serial="F1")
        assert use_code(connection, keys, account, code_at(generator, ahead), at) is outcome
        # What was passed over does not count afterwards.
        if outcome is CodeUse.ACCEPTED:
            for counter in range(ahead + 1):
                assert use_code(connection, keys, account, code_at(generator, counter), at) is CodeUse.WRONG


@pytest.mark.parametrize(("ahead", "found"), [(50, True), (99, True), (100, False)])
def test_two_codes_in_a_row_find_a_lost_counter(
    account, database: Database, keys, at: datetime, ahead: int, found: bool
) -> None:
    generator = Generator("hotp", RFC_SECRET)
    pair = code_at(generator, ahead), code_at(generator, ahead + 1)
    with database.transaction() as connection:
        add_token(connection, keys, generator, at, account=account, serial="F1")
        if not found:
            with pytest.raises(CodesDoNotFollow):
                resynchronise(connection, keys, "F1", *pair, at)
            return
        resynchronise(connection, keys, "F1", *pair, at)
        assert use_code(connection, keys, account, pair[1], at) is CodeUse.WRONG
        assert use_code(connection, keys, account, code_at(generator, ahead + 2), at) is CodeUse.ACCEPTED
        with pytest.raises(CodesDoNotFollow):
            resynchronise(connection, keys, "F1", *pair, at)
        with pytest.raises(SeedRefused):
            resynchronise(connection, keys, "F2", *pair, at)


@pytest.mark.parametrize(("steps", "found"), [(-20, True), (8, True), (20, True), (21, False), (-21, False)])
def test_two_codes_in_a_row_find_a_lost_clock(
    account, database: Database, keys, at: datetime, steps: int, found: bool
) -> None:
    generator = Generator("totp", RFC_SECRET)
    now = step(generator, at)
    pair = code_at(generator, now + steps), code_at(generator, now + steps + 1)
    later = at + 2 * STEP
    with database.transaction() as connection:
        add_token(connection, keys, generator, at, account=account, serial="F1")
        shown_later = code_at(generator, now + steps + 3)
        assert use_code(connection, keys, account, shown_later, later) is CodeUse.WRONG
        if not found:
            with pytest.raises(CodesDoNotFollow):
                resynchronise(connection, keys, "F1", *pair, at)
            return
        resynchronise(connection, keys, "F1", *pair, at)
        assert use_code(connection, keys, account, pair[1], at) is CodeUse.REPLAYED
        assert use_code(connection, keys, account, shown_later, later) is CodeUse.ACCEPTED


def test_a_token_that_is_handed_out_anew_does_not_begin_anew(
    account, database: Database, keys, at: datetime
) -> None:
    generator = Generator("totp", RFC_SECRET)
    code = code_at(generator, step(generator, at))
    with database.transaction() as connection:
        add_token(connection, keys, generator, at, serial="F1")
        with pytest.raises(SeedRefused):
            add_token(connection, keys, generator, at, serial="F1")
        assign_token(connection, "F1", account)
        assert use_code(connection, keys, account, code, at) is CodeUse.ACCEPTED
        take_tokens_away(connection, account)
        assert not has_token(connection, account)
        bojan = add_account(connection, "bojan", "Bojan", None, at).id
        assign_token(connection, "F1", bojan)
        with pytest.raises(SeedRefused):
            assign_token(connection, "F1", account)
        assert use_code(connection, keys, bojan, code, at) is CodeUse.REPLAYED


@pytest.mark.parametrize("typed", ["", "1", "abc", "\u0107" * 6, "1" * 10_000, "0x12ab", "\ud800", "\0"])
def test_what_is_no_code_is_wrong(account, database: Database, keys, at: datetime, typed: str) -> None:
    with database.transaction() as connection:
        add_token(connection, keys, Generator("totp", RFC_SECRET), at, account=account)
        assert use_code(connection, keys, account, typed, at) is CodeUse.WRONG


def test_a_seed_is_sealed_and_opens_only_where_it_stands(
    account, database: Database, keys, at: datetime
) -> None:
    with database.transaction() as connection:
        for number in (1, 2):
            add_token(
                connection,
                keys,
                Generator("totp", secrets.token_bytes(20)),
                at,
                account=account,
                serial=f"F{number}",
            )
        sealed = connection.execute(text("SELECT sealed_secret FROM access.oath_token")).scalars().all()
        assert RFC_SECRET not in b"".join(bytes(one) for one in sealed)
        connection.execute(
            text("""UPDATE access.oath_token SET sealed_secret =
                (SELECT sealed_secret FROM access.oath_token WHERE serial = 'F1')""")
        )
        with pytest.raises(KeyDiffers):
            use_code(connection, keys, account, "123456", at)


def test_a_sealed_secret_is_bound_to_its_key_and_its_place() -> None:
    key, place = secrets.token_bytes(32), Place("t", "1", "c")
    sealed = seal(key, place, b"secret")
    assert unseal(key, place, sealed) == b"secret"
    assert seal(key, place, b"secret") != sealed
    for other in (Place("u", "1", "c"), Place("t", "2", "c"), Place("t", "1", "d")):
        with pytest.raises(KeyDiffers):
            unseal(key, other, sealed)
    with pytest.raises(KeyDiffers):
        unseal(secrets.token_bytes(32), place, sealed)
    with pytest.raises(KeyDiffers):
        unseal(key, place, b"\x02" + sealed[1:])
    with pytest.raises(KeyDiffers):
        unseal(key, place, sealed[:-1] + bytes([sealed[-1] ^ 1]))


@pytest.mark.parametrize(
    "seed", [HEX, HEX.upper(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "31 32 33 34 35 36 37 38 39 30 " * 2]
)
def test_seeds_are_read_in_hex_and_base_32(seed: str) -> None:
    (read,) = read_seeds(["serial,seed\n", f"F1,{seed}\n"])
    assert read.generator == Generator("totp", RFC_SECRET)
    assert (read.serial, read.last_counter) == ("F1", -1)


def test_a_delivery_may_say_more() -> None:
    lines = [
        "serial,kind,seed,digits,period,algorithm,counter\n",
        f"F1,HOTP,{HEX},8,,,17\n",
        f"F2,,{HEX},,60,sha-256,\n",
    ]
    first, second = read_seeds(lines)
    assert (first.generator, first.last_counter) == (Generator("hotp", RFC_SECRET, digits=8), 16)
    assert second.generator == Generator("totp", RFC_SECRET, "SHA256", period_s=60)


@pytest.mark.parametrize(
    "line", ["F1,", "F1,zz", "F1,3132", f",{HEX}", f"F1,{HEX},9", f"F1,{HEX},six", f"F1,{HEX},6,ocra", "F1"]
)
def test_a_line_that_cannot_be_used_is_named_and_not_repeated(line: str) -> None:
    with pytest.raises(SeedRefused, match="Line 3") as refused:
        read_seeds(["serial,seed,digits,kind\n", f"F0,{HEX},,\n", line + "\n"])
    assert HEX not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_file_without_its_columns_is_refused() -> None:
    with pytest.raises(SeedRefused, match="serial,seed"):
        read_seeds([f"F1,{HEX}\n"])
    with pytest.raises(SeedRefused):
        read_seeds([])


def test_base_32_may_be_padded() -> None:
    secret = secrets.token_bytes(22)
    (read,) = read_seeds(["serial,seed\n", f"F1,{base64.b32encode(secret).decode().lower()}\n"])
    assert read.generator.secret == secret
