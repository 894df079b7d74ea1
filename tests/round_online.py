"""The pages of the round as somebody without a script uses them: forms are found by what they carry, and sent."""

import re
from dataclasses import dataclass
from html import unescape

import httpx
from people_pages import PAGE
from round_tablets import Tablet

FORM = re.compile(r'<form[^>]* action="([^"]+)".*?</form>', re.DOTALL)
FIELD = re.compile(
    r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?>|<input[^>]* name="([^"]+)"[^>]*? value="([^"]*)"[^>]* checked>'
)


@dataclass
class Online:
    """A browser on the pages of the round."""

    tablet: Tablet

    def __post_init__(self) -> None:
        self.http.headers["Accept"] = PAGE
        self.http.follow_redirects = True
        self.page = httpx.Response(204)

    @property
    def http(self) -> httpx.Client:
        return self.tablet.browser.http

    def open(self, path: str = "/round/online") -> httpx.Response:
        self.page = self.http.get(path)
        return self.page

    def forms(self, action: str, **having: str) -> list[dict[str, str]]:
        """What the forms of the page that lead there carry, of those that carry this."""
        carried = [_carried(one[0]) for one in FORM.finditer(self.page.text) if one[1] == action]
        return [one for one in carried if having.items() <= one.items()]

    def send(self, action: str, having: dict[str, str] | None = None, **typed: str) -> httpx.Response:
        """Fill in the first form that leads there and carries this, and send it."""
        found = self.forms(action, **(having or {}))
        assert found, f"no form to {action} with {having} on the page: {self.main}"
        self.page = self.http.post(action, data={**found[0], **typed})
        return self.page

    def card(self, person: str = "p1") -> httpx.Response:
        """Open the list, then somebody's card."""
        self.open()
        return self.send("/round/online/card", {"person": person})

    def give(self, person: str = "p1", **typed: str) -> httpx.Response:
        """The two taps of a dose, by somebody alone on the shift."""
        self.card(person)
        return self.send("/round/online/record", {"kind": "given"}, **{"alone": "yes", **typed})

    @property
    def main(self) -> str:
        """What the page says, without its markup."""
        text = re.sub(r"<[^>]+>", " ", self.page.text.partition("<main")[2].partition("</main>")[0])
        return unescape(re.sub(r"\s+", " ", text))


def _carried(form: str) -> dict[str, str]:
    return {one[1] or one[3]: unescape(one[2] or one[4] or "") for one in FIELD.finditer(form)}
