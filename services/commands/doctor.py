"""``throughcare doctor``"""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection, text

from clinical.register.verification import lines_that_do_not_hold
from fhir_store.feed import position
from fhir_store.health import absent_targets
from fhir_store.key_encryption import KeyLost
from fhir_store.rotation import check_every
from fhir_store.write import raw_cursor
from services.access.audit.log.signing_key import problem
from services.commands.output import AsJson, say, say_json
from services.settings import Settings, load_settings
from services.shared.database import Database, NotReady
from services.shared.hsm.errors import TokenUnusable
from services.shared.installation import open_database
from services.shared.key_places import KeyPlaces
from services.shared.record_keys import keys_in

LOW_DISK_BYTES = 2 * 10**9

FSYNC = text("""
SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'
    AND current_setting('synchronous_commit') <> 'off'
""")
MAY_REWRITE = text("""
SELECT bool_or(has_table_privilege(name, 'UPDATE, DELETE, TRUNCATE'))
FROM unnest('{fhir_store.resource_version, access.audit_event, access.audit_leaf, access.audit_head,
    clinical.register_line, clinical.register_book, clinical.register_batch, clinical.register_issue}'::text[]) AS name
""")
LIES_OPEN = text("SELECT sealed_through >= 0 FROM fhir_store.installation")
AUDIT = text("""
SELECT size, (SELECT max(signed_at) FROM access.audit_head), now() - interval '3 days' FROM access.audit_tree
""")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    check: str
    ok: bool
    says: str


Absent = Annotated[
    bool, typer.Option("--absent", help="List each resource that is referred to but is not here.")
]


def doctor(as_json: AsJson = False, absent: Absent = False) -> None:
    """Look for what is wrong with this installation and say what to do about it."""
    settings = load_settings()
    if absent:
        _list_absent(settings, as_json=as_json)
        return
    with open_database(settings) as database:
        findings = examine(settings, database)
    if as_json:
        say_json({"ok": all(f.ok for f in findings), "findings": [vars(f) for f in findings]})
    else:
        for finding in findings:
            say(f"{'ok  ' if finding.ok else 'BAD '} {finding.check}: {finding.says}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _list_absent(settings: Settings, *, as_json: bool) -> None:
    with open_database(settings) as database, database.snapshot() as connection:
        found = list(absent_targets(connection))
    if as_json:
        say_json({"absent": [target._asdict() for target in found]})
        return
    for target in found:
        say(f"{target.type}/{target.id}  referred to by {target.referring:,}")
    if not found:
        say("Every resource that is referred to is here.")


def examine(settings: Settings, database: Database) -> list[Finding]:
    """Every finding; those about records only where the database is ready."""
    try:
        database.ready()
    except NotReady as problem:
        return [Finding("database", False, str(problem)), _disk(settings)]
    with database.transaction() as connection:
        return [
            Finding("database", True, "answers, and its tables are of this version"),
            _disk(settings),
            _audit(settings, connection),
            _keys(settings, connection),
            *(look(connection) for look in LOOKS),
        ]


def _disk(settings: Settings) -> Finding:
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free
    return Finding("disk", free > LOW_DISK_BYTES, f"{free / 1e9:.1f} GB free where THROUGHCARE_HOME is")


def _audit(settings: Settings, connection: Connection) -> Finding:
    size, signed_at, long_ago = connection.execute(AUDIT).one()
    if unusable := problem(raw_cursor(connection), settings.home):
        return Finding("audit log", False, unusable)
    if size and (signed_at is None or signed_at < long_ago):
        return Finding("audit log", False, "no head was signed for three days: throughcare audit head")
    return Finding(
        "audit log", True, f"{size:,} entries in the tree; audit verify says whether they are whole"
    )


def _keys(settings: Settings, connection: Connection) -> Finding:
    try:
        count = check_every(raw_cursor(connection), keys_in(settings.key_places))
    except (KeyLost, TokenUnusable) as lost:
        return Finding("keys", False, str(lost))
    if connection.execute(LIES_OPEN).scalar_one():
        return Finding("keys", False, "records of people lie open in the database: throughcare migrate")
    return Finding("keys", True, f"{count:,} keys open; {_kept(settings.key_places)}")


def _kept(places: KeyPlaces) -> str:
    if isinstance(places.now, Path):
        return "keep record-*.key in a backup apart from the database"
    return f"keep a backup of the token {places.now.address.label} as its vendor provides"


def _durability(connection: Connection) -> Finding:
    ok = bool(connection.execute(FSYNC).scalar_one())
    return Finding(
        "durability",
        ok,
        "commits reach the disk" if ok else "turn fsync, full_page_writes and synchronous_commit on",
    )


def _append_only(connection: Connection) -> Finding:
    ok = not connection.execute(MAY_REWRITE).scalar_one()
    advice = "DATABASE_URL must be a role that owns nothing: the server could rewrite the record"
    return Finding("append-only", ok, "the server cannot rewrite the record" if ok else advice)


def _targets(connection: Connection) -> Finding:
    by_type = Counter(target.type for target in absent_targets(connection))
    if not by_type:
        return Finding("references", True, "every resource that is referred to is here")
    counts = ", ".join(f"{count:,} {type_}" for type_, count in by_type.most_common())
    return Finding("references", True, f"referred to but not here: {counts}; doctor --absent lists them")


def _register(connection: Connection) -> Finding:
    wrong = list(lines_that_do_not_hold(connection))
    says = f"{len(wrong):,} lines are not the sum of those before them: restore a backup, and compare"
    return Finding(
        "register", not wrong, says if wrong else "every balance of the stock is the sum of its lines"
    )


def _feed(connection: Connection) -> Finding:
    return Finding("change feed", True, f"at {position(connection)}")


LOOKS: tuple[Callable[[Connection], Finding], ...] = (
    _durability,
    _append_only,
    _targets,
    _register,
    _feed,
)
