"""What a password may be typed with, for how long it counts, and that a name on a page is text."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from people_pages import Clock, PlainBrowser, Someone, someone

from services.access.pages.desk import Desk
from services.access.people import password_rules
from services.access.people.errors import PasswordRefused
from services.access.people.random_codes import new_token

TEMPLATES = Path(__file__).parents[4] / "services" / "access" / "templates"
SECRETS = {"password", "present", "wanted", "again", "pin", "token"}
FIELD = re.compile(r'field\("(\w+)",(?:[^()]|\([^()]*\))*\)')
MARKUP = "<b onclick=x>{{ 7 * 7 }}</b>&amp;'\""


def test_what_is_secret_is_typed_unseen_and_password_managers_may_fill_it_in() -> None:
    fields = [
        (found[1], found[0])
        for path in TEMPLATES.glob("*.html")
        for found in FIELD.finditer(path.read_text())
    ]
    secret = [(name, said) for name, said in fields if name in SECRETS]
    assert {name for name, _ in secret} == SECRETS
    assert [name for name, said in secret if 'type="password"' not in said] == []
    managed = [said for name, said in secret if name in {"password", "present", "wanted"}]
    assert all(re.search(r'autocomplete="(current|new)-password"', said) for said in managed)
    assert [path.name for path in TEMPLATES.glob("*.html") if "onpaste" in path.read_text()] == []


@pytest.mark.parametrize("word", ["throughcare", "methadone", "zatvor", "bolnica", "ministarstvo"])
def test_no_password_is_made_of_what_everybody_here_thinks_of_first(word: str) -> None:
    with pytest.raises(PasswordRefused, match="tried first"):
        password_rules.accepted(f"{word.capitalize()}123456", "ana")


def test_a_password_counts_until_it_is_changed(browser: PlainBrowser, ana: Someone, clock: Clock) -> None:
    clock.goes_on(days=5 * 365)
    browser.sign_in(ana, clock())
    assert browser.open("/account").url.path == "/account"


def test_a_name_is_shown_as_text_whatever_is_in_it(
    browser: PlainBrowser, desk: Desk, clock: Clock, new_browser: Callable[[], PlainBrowser]
) -> None:
    browser.sign_in(someone(desk, "mira", MARKUP), clock())
    for path in ("/", "/account", "/account/here"):
        text = browser.open(path).text
        assert "&lt;b onclick=x&gt;{{ 7 * 7 }}&lt;/b&gt;&amp;amp;" in text
        assert "<b onclick" not in text


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {43}, "256 bits in base 64"
