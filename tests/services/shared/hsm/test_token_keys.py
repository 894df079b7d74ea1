"""Keys that wrap keys inside a token: what they do, what is said when the token cannot be used, and how it is found again."""

import fcntl
import pickle
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command_line import ROOT
from soft_token import RIGHT, WRONG, SoftToken, SoftTokens, lose_sessions

from fhir_store.key_encryption import KeyLost
from services.shared.hsm import errors
from services.shared.hsm.uri import token_uri
from services.shared.key_places import KeyPlaces
from services.shared.record_keys import keys_in

pkcs11 = pytest.importorskip("pkcs11", reason="no python-pkcs11", exc_type=ImportError)

from services.shared.hsm.module import module_of
from services.shared.hsm.pin import refuse_risk
from services.shared.hsm.token_keys import TokenKeys

FOR = b"data_key|7|wrapped|1"
COUNT_LOW, FINAL_TRY, LOCKED = 0x1_0000, 0x2_0000, 0x4_0000


def opens(keys: TokenKeys, wrapped: bytes) -> bytes | None:
    return keys(1).unwrap(wrapped, FOR)


def test_a_key_wraps_and_opens_for_the_same_alone(soft: SoftToken, started) -> None:
    keys = TokenKeys(started(soft))
    wrapped = keys.make(1).wrap(b"k" * 32, FOR)
    assert opens(keys, wrapped) == b"k" * 32
    assert len(wrapped) == 12 + 32 + 16, "as a key in a file wraps it"
    assert wrapped != keys(1).wrap(b"k" * 32, FOR)
    assert keys(1).unwrap(wrapped, b"data_key|8|wrapped|1") is None
    for at in (0, 12, len(wrapped) - 1):
        changed = bytearray(wrapped)
        changed[at] ^= 1
        assert opens(keys, bytes(changed)) is None, at
    for short in (b"", wrapped[:5], wrapped[:12], wrapped[:-1]):
        assert opens(keys, short) is None
    assert keys.make(2).unwrap(wrapped, FOR) is None
    assert opens(keys, wrapped) == b"k" * 32


def test_the_key_never_leaves_the_token(soft: SoftToken, started) -> None:
    uri = started(soft)
    TokenKeys(uri).make(1)
    session = module_of(uri.address).token(uri.address).open()
    (key,) = session.get_objects({pkcs11.Attribute.LABEL: "record-1"})
    assert key[pkcs11.Attribute.NEVER_EXTRACTABLE]
    assert key[pkcs11.Attribute.ALWAYS_SENSITIVE]
    assert key[pkcs11.Attribute.PRIVATE]
    with pytest.raises(pkcs11.AttributeSensitive):
        _ = key[pkcs11.Attribute.VALUE]


UNFIT = {
    "can be taken out": {pkcs11.Attribute.EXTRACTABLE: True},
    "can be read": {pkcs11.Attribute.SENSITIVE: False},
    "only seals": {pkcs11.Attribute.DECRYPT: False},
    "only opens": {pkcs11.Attribute.ENCRYPT: False},
}


@pytest.mark.parametrize("template", UNFIT.values(), ids=UNFIT)
@pytest.mark.parametrize("bits", [256])
def test_a_key_that_could_leave_the_token_or_does_half_is_not_used(
    soft: SoftToken, started, template: dict, bits: int
) -> None:
    keys = TokenKeys(started(soft))
    _put(soft, bits, {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False, **template})
    for use in (keys, keys.make):
        with pytest.raises(errors.KeyUnfit, match="never leaves it"):
            use(1)


def test_a_shorter_key_is_not_used(soft: SoftToken, started) -> None:
    keys = TokenKeys(started(soft))
    _put(soft, 128, {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False})
    with pytest.raises(errors.KeyUnfit):
        keys(1)


def _put(soft: SoftToken, bits: int, template: dict) -> None:
    address = token_uri(soft.uri()).address
    with module_of(address).token(address).open(rw=True, user_pin=RIGHT) as session:
        session.generate_key(
            pkcs11.KeyType.AES, bits, label="record-1", store=True,
            capabilities=pkcs11.MechanismFlag.ENCRYPT | pkcs11.MechanismFlag.DECRYPT,
            template=template,
        )  # fmt: skip


def test_two_keys_of_one_name_are_neither(soft: SoftToken, started) -> None:
    keys = TokenKeys(started(soft))
    for _ in range(2):
        _put(soft, 256, {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False})
    with pytest.raises(errors.SeveralKeys, match="object of its own"):
        keys(1)


def test_a_key_that_is_not_there_is_lost_and_made_only_when_asked(soft: SoftToken, started) -> None:
    keys = TokenKeys(started(soft))
    for _ in range(2):
        with pytest.raises(KeyLost):
            keys(1)
    wrapped = keys.make(1).wrap(b"k", FOR)
    assert keys.make(1).unwrap(wrapped, FOR) == b"k", "it was made once"
    other = TokenKeys(started(soft, "other"))
    with pytest.raises(KeyLost):
        other(1)


def test_what_is_handed_to_another_program_is_the_address_alone(soft: SoftToken, started) -> None:
    keys = TokenKeys(started(soft))
    wrapped = keys.make(1).wrap(b"k" * 32, FOR)
    handed = pickle.dumps(keys)
    assert RIGHT.encode() not in handed
    assert opens(pickle.loads(handed), wrapped) == b"k" * 32


def test_several_programs_and_threads_use_one_token(soft: SoftToken, started) -> None:
    keys = TokenKeys(started(soft))
    wrapped = keys.make(1).wrap(b"k" * 32, FOR)
    program = (
        "import sys, pickle; keys = pickle.loads(bytes.fromhex(sys.argv[1])); "
        "print(all(keys(1).unwrap(bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3])) == b'k' * 32 for _ in range(50)))"
    )
    command = [sys.executable, "-c", program, pickle.dumps(keys).hex(), wrapped.hex(), FOR.hex()]
    others = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: opens(keys, wrapped), range(400))) == {b"k" * 32}
    assert [other.communicate(timeout=120)[0] for other in others] == [b"True\n"] * 2


def test_a_wrong_pin_is_tried_once_and_never_again_by_this_program(soft: SoftToken, started) -> None:
    soft.write_pin(WRONG)
    keys = TokenKeys(started(soft))
    with pytest.raises(errors.PinRefused, match="tried once and is not tried again"):
        keys.make(1)
    assert soft.flags() & COUNT_LOW
    _sign_in_by_hand(soft)
    assert not soft.flags() & COUNT_LOW
    for again in (keys, TokenKeys(token_uri(soft.uri())), TokenKeys(token_uri(soft.uri("other")))):
        for use in (again, again.make):
            with pytest.raises(errors.PinRefused):
                use(1)
    assert not soft.flags() & COUNT_LOW, "it was not tried again"
    soft.write_pin(RIGHT)
    with pytest.raises(errors.PinRefused):
        keys.make(1)
    TokenKeys(started(soft)).make(1)


def _sign_in_by_hand(soft: SoftToken) -> None:
    program = (
        "import sys, pkcs11; "
        "pkcs11.lib(sys.argv[1]).get_token(token_label=sys.argv[2]).open(user_pin=sys.argv[3])"
    )
    subprocess.run([sys.executable, "-c", program, str(soft.library), soft.label, RIGHT], check=True)


@pytest.mark.parametrize(
    ("flag", "refused"), [(FINAL_TRY, errors.PinNearlyLocked), (LOCKED, errors.PinLocked)]
)
def test_a_pin_that_could_lock_the_token_is_not_tried(
    soft: SoftToken, started, flag: int, refused: type[errors.TokenUnusable]
) -> None:
    soft.mark(flag)
    soft.write_pin(WRONG)
    keys = TokenKeys(started(soft))
    with pytest.raises(refused):
        keys.make(1)
    assert not soft.flags() & COUNT_LOW, "it was not tried"
    soft.write_pin(RIGHT)
    with pytest.raises(refused):
        TokenKeys(started(soft)).make(1)


def test_a_pin_that_was_wrong_before_is_tried_while_others_are_left(soft: SoftToken, started) -> None:
    soft.mark(COUNT_LOW)
    TokenKeys(started(soft)).make(1)
    with pytest.raises(errors.PinNotSet):
        refuse_risk(pkcs11.TokenFlag.RNG | pkcs11.TokenFlag.LOGIN_REQUIRED, "t")


def test_programs_of_one_machine_try_a_pin_one_after_the_other(soft: SoftToken, started) -> None:
    """Each sees then how many tries those before it have left."""
    keys = TokenKeys(started(soft))
    with ThreadPoolExecutor(1) as pool, soft.pin_file.open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        made = pool.submit(keys.make, 1)
        with pytest.raises(TimeoutError):
            made.result(timeout=0.3)
        fcntl.flock(other, fcntl.LOCK_UN)
        made.result(timeout=10)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"12\n34\n"])
def test_a_file_that_holds_no_pin_is_not_tried(soft: SoftToken, started, content: bytes) -> None:
    soft.pin_file.write_bytes(content)
    with pytest.raises(errors.PinUnreadable, match="one line"):
        TokenKeys(started(soft)).make(1)
    assert not soft.flags() & COUNT_LOW
    soft.pin_file.unlink()
    with pytest.raises(errors.PinUnreadable):
        TokenKeys(started(soft)).make(1)


def test_a_pin_that_everybody_can_read_is_not_used(soft: SoftToken, started) -> None:
    soft.pin_file.chmod(0o604)
    with pytest.raises(errors.PinOpen, match="chmod o="):
        TokenKeys(started(soft)).make(1)
    soft.pin_file.chmod(0o640)
    TokenKeys(started(soft)).make(1)


def test_a_token_that_is_not_there_is_told(soft: SoftToken, started) -> None:
    soft.pull()
    with pytest.raises(errors.TokenAbsent, match="Plug it in"):
        TokenKeys(started(soft)).make(1)


def test_of_tokens_of_one_name_the_serial_number_says_which(
    soft: SoftToken, tokens: SoftTokens, started
) -> None:
    tokens.of(soft.label)
    uri = started(soft)
    with pytest.raises(errors.SeveralTokens, match="serial="):
        TokenKeys(uri).make(1)
    # SoftHSM calls a token's folder after its serial number.
    serial = soft.folder.name.replace("-", "")[-16:]
    TokenKeys(token_uri(soft.uri().replace(";object", f";serial={serial};object"))).make(1)


@pytest.mark.parametrize("library", ["/nowhere/lib.so", "/etc/passwd"])
def test_a_library_that_does_not_load_is_told(soft: SoftToken, library: str) -> None:
    with pytest.raises(errors.ModuleUnusable, match="module-path"):
        TokenKeys(token_uri(soft.uri().replace(str(soft.library), library))).make(1)


def test_lost_sessions_are_opened_again(soft: SoftToken, started) -> None:
    uri = started(soft)
    keys = TokenKeys(uri)
    wrapped = keys.make(1).wrap(b"k" * 32, FOR)
    for _ in range(2):
        lose_sessions(soft.library, module_of(uri.address).token(uri.address).slot.slot_id)
        assert opens(keys, wrapped) == b"k" * 32
        lose_sessions(soft.library, module_of(uri.address).token(uri.address).slot.slot_id)
        assert keys(1).unwrap(keys(1).wrap(b"z", FOR), FOR) == b"z"
        lose_sessions(soft.library, module_of(uri.address).token(uri.address).slot.slot_id)
        assert opens(keys, wrapped[:-1]) is None, "still not of this key"


def test_two_tokens_of_one_library_do_not_throw_each_other_out(
    soft: SoftToken, tokens: SoftTokens, started
) -> None:
    second = tokens.new()
    keys = [TokenKeys(started(soft)), TokenKeys(token_uri(second.uri()))]
    wrapped = [one.make(1).wrap(b"k", FOR) for one in keys]
    module = module_of(keys[0].uri.address)
    lose_sessions(soft.library, module.token(keys[0].uri.address).slot.slot_id)
    before = module.started
    for _ in range(3):
        assert [opens(*one) for one in zip(keys, wrapped, strict=True)] == [b"k", b"k"]
    assert module.started == before + 1


def test_a_key_is_not_taken_for_that_of_another_token_which_has_its_number_now(
    soft: SoftToken, tokens: SoftTokens, started
) -> None:
    second = tokens.new()
    for one in (soft, second):
        TokenKeys(started(one)).make(1)
    first_key = TokenKeys(started(soft))(1)
    second_uri = token_uri(second.uri())
    second_key = TokenKeys(second_uri)(1)
    wrapped = second_key.wrap(b"k", FOR)
    # The library starts anew for the second alone, and gives it the numbers that were the first's.
    lose_sessions(soft.library, module_of(second_uri.address).token(second_uri.address).slot.slot_id)
    assert second_key.unwrap(wrapped, FOR) == b"k"
    wrapped = first_key.wrap(b"k", FOR)
    assert second_key.unwrap(wrapped, FOR) is None
    assert TokenKeys(started(soft))(1).unwrap(wrapped, FOR) == b"k"


def test_one_thread_at_a_time_calls_the_library(soft: SoftToken, started) -> None:
    keys = TokenKeys(started(soft))
    module = module_of(keys.uri.address)
    with ThreadPoolExecutor(1) as pool:
        with module.lock:
            made = pool.submit(keys.make, 1)
            with pytest.raises(TimeoutError):
                made.result(timeout=0.3)
        made.result(timeout=10)


def test_a_token_that_was_pulled_works_again_once_it_is_back(soft: SoftToken, started) -> None:
    keys = TokenKeys(started(soft))
    key = keys.make(1)
    wrapped = key.wrap(b"k" * 32, FOR)
    soft.pull()
    for _ in range(2):
        with pytest.raises(errors.TokenUnusable):
            key.unwrap(wrapped, FOR)
        with pytest.raises(errors.TokenUnusable):
            key.wrap(b"k" * 32, FOR)
    soft.plug()
    assert key.unwrap(wrapped, FOR) == b"k" * 32


def test_a_pin_that_was_changed_meanwhile_is_tried_once_too(soft: SoftToken, started) -> None:
    uri = started(soft)
    key = TokenKeys(uri).make(1)
    wrapped = key.wrap(b"k" * 32, FOR)
    soft.write_pin(WRONG)
    assert key.unwrap(wrapped, FOR) == b"k" * 32, "who is signed in is"
    lose_sessions(soft.library, module_of(uri.address).token(uri.address).slot.slot_id)
    with pytest.raises(errors.PinRefused):
        key.unwrap(wrapped, FOR)
    _sign_in_by_hand(soft)
    with pytest.raises(errors.PinRefused):
        key.unwrap(wrapped, FOR)
    assert not soft.flags() & COUNT_LOW


def test_who_asks_a_token_that_was_not_there_a_moment_ago_does_not_wait_for_it(
    soft: SoftToken, started, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.shared.hsm import connection

    monkeypatch.setattr(connection, "WAIT_S", 60.0)
    soft.pull()
    uri = started(soft)
    keys, module = TokenKeys(uri), module_of(uri.address)
    for _ in range(3):
        with pytest.raises(errors.TokenAbsent):
            keys.make(1)
    before = module.started
    soft.plug()
    with pytest.raises(errors.TokenAbsent):
        keys.make(1)
    assert module.started == before, "the library was not started anew for it"


def test_what_is_said_names_the_token_and_no_pin() -> None:
    kinds = errors.TokenUnusable.__subclasses__()
    assert len(kinds) == 14
    for kind in kinds:
        said = str(kind("north"))
        assert "\n" not in said
        assert kind is errors.BindingMissing or '"north"' in said


ASKING = [f"services.shared.hsm.{name}" for name in ("token_keys", "token", "connection", "pin", "module")]


def test_without_the_binding_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ASKING:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "pkcs11", None)  # type: ignore[arg-type]
    uri = token_uri("pkcs11:token=north;object=record?module-path=/l.so&pin-source=file:/pin")
    with pytest.raises(errors.BindingMissing, match=re.escape("pip install 'throughcare[hsm]'")):
        keys_in(KeyPlaces(uri))
    with pytest.raises(errors.BindingMissing):
        keys_in(KeyPlaces(Path("/keys"), uri))
    assert keys_in(KeyPlaces(Path("/keys")))


def test_nobody_else_needs_the_binding() -> None:
    """Where keys lie in files, the program starts without it."""
    imports = re.compile(
        r"^(?:from|import) (pkcs11|services\.shared\.hsm\.(?:token_keys|token|connection|pin|module))\b",
        re.MULTILINE,
    )
    found = {
        str(path.relative_to(ROOT))
        for package in ("services", "clinical", "cascade", "fhir")
        for path in (ROOT / package).rglob("*.py")
        if imports.search(path.read_text())
    }
    assert found == {f"{name.replace('.', '/')}.py" for name in ASKING}
