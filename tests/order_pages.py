"""The pages of orders as somebody without a script uses them."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx
from round_online import Online

FORM = re.compile(r'<form[^>]* action="([^"]+)".*?</form>', re.DOTALL)
INPUT = re.compile(r"<input ([^>]*)>")
NAMED = re.compile(r'(\w[\w-]*)(?:="([^"]*)")?')
SELECT = re.compile(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')
TEXT = re.compile(r'<textarea [^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', re.DOTALL)


@dataclass
class OrderPages(Online):
    """Forms with everything that stands in them, as a browser sends them."""

    def orders(self, person: str = "p1") -> httpx.Response:
        """Somebody's orders, from their record."""
        self.open("/people")
        self.page = self.http.post("/people/record", data={**self.csrf(), "person": person})
        return self.fills("/people/orders") if self.fields("/people/orders") else self.page

    def csrf(self) -> dict[str, str]:
        found = re.search(r'name="csrf" value="([^"]+)"', self.page.text)
        return {"csrf": found[1]} if found else {}

    def fields(self, action: str, **having: str) -> dict[str, Any]:
        """What a browser would send of the first form that leads there and carries this."""
        for one in FORM.finditer(self.page.text):
            if one[1] == action:
                carried = _fields(one[0])
                if having.items() <= carried.items():
                    return carried
        return {}

    def all(self, name: str) -> list[str]:
        """Every value that a hidden field of that name has on the page."""
        return list(dict.fromkeys(re.findall(rf'name="{name}" value="([^"]*)"', self.page.text)))

    def fills(self, action: str, having: dict[str, str] | None = None, **typed: Any) -> httpx.Response:
        """Fill in the form and send it."""
        carried = self.fields(action, **(having or {}))
        assert carried, f"no form to {action} with {having} on the page: {self.main}"
        self.page = self.http.post(action, data={**carried, **typed})
        return self.page

    def post(self, action: str, **typed: Any) -> httpx.Response:
        self.page = self.http.post(action, data={**self.csrf(), **typed})
        return self.page


def _fields(form: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in INPUT.finditer(form):
        said = dict(NAMED.findall(one[1]))
        kind = said.get("type", "text")
        if kind in ("checkbox", "radio") and "checked" not in said:
            continue
        name, value = said.get("name", ""), unescape(said.get("value", ""))
        if name == "take_home" or name.startswith("patient"):
            found[name] = [*found.get(name, []), value]
        else:
            found[name] = value
    for one in SELECT.finditer(form):
        chosen = CHOSEN.search(one[2]) or re.search(r'<option value="([^"]*)"', one[2])
        found[one[1]] = unescape(chosen[1]) if chosen else ""
    for one in TEXT.finditer(form):
        found[one[1]] = unescape(one[2])
    return found
