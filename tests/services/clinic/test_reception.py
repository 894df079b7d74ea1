"""Reception on the pages: asked one by one, each answer kept at once, gone on with by others, and what follows from it."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from people_pages import PlainBrowser
from stores import store_on
from test_stays import records, stays
from ward import INSIDE

from services.access.pages.desk import Desk

SignIn = Callable[[str], PlainBrowser]


def open_reception(browser: PlainBrowser) -> str:
    stays(browser)
    browser.send("/people/reception")
    assert browser.page.status_code == 200, browser.page.text
    return unescape(browser.main)


def asked(browser: PlainBrowser) -> str:
    found = re.search(r"<h1>(.*?)</h1>", browser.main)
    assert found is not None
    return unescape(found[1])


def answer(browser: PlainBrowser, **typed: Any) -> str:
    fields = browser.fields("/people/reception/answer")
    browser.page = browser.http.post("/people/reception/answer", data={**fields, **typed})
    return unescape(browser.main)


def ask(browser: PlainBrowser, question: str) -> str:
    browser.send("/people/reception/question", question=question)
    return unescape(browser.main)


def test_story(sign_in: SignIn, desk: Desk) -> None:
    nurse = sign_in("nurse")
    said = open_reception(nurse)
    print(said[:3000])
    ask(nurse, "opioid")
    print(asked(nurse))
    answer(nurse, choice=["heroin", "methadone"])
    print(nurse.page.status_code, asked(nurse))
    answer(nurse, day="2026-01-05", time="10:00")
    print(nurse.page.status_code, asked(nurse))
    answer(nurse, choice="methadone-oral-solution")
    print(nurse.page.status_code, asked(nurse))
    print(json.dumps(records(desk, "QuestionnaireResponse"), indent=1)[:3000])
    print(records(desk, "Observation"))
