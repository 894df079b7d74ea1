"""A whole round of 115 people in Chromium, each dose by two taps: how long the interface takes for one.

``python tests/browser/round_of_115.py`` prints the median and the 95th percentile, and fails if the server does not have
exactly what was tapped. A nurse's own time (looking, asking, pouring, watching) is not in it; the 400 ms in which a screen
takes no tap are.
"""

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from playwright.sync_api import sync_playwright
from round_pages import RoundTab, a_tablet, round_site

from services.shared.embedded_postgres import EmbeddedPostgres

PEOPLE = 115
WITHOUT_NETWORK = range(40, 80)
"""From the one to before the other, nobody answers."""


def main() -> None:
    """Keep the round."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is needed for it. On Debian: apt install chromium")
    with tempfile.TemporaryDirectory(prefix="throughcare-round-") as written:
        home = Path(written)
        with (
            EmbeddedPostgres(home / "postgres").running() as postgres,
            round_site(postgres, "round_of_115", home, PEOPLE) as site,
            sync_playwright() as driver,
        ):
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="en-GB")
            tab = a_tablet(site, context)
            tab.opens()
            tab.chooses_pin()
            took = _gives_everybody(tab)
            tab.is_sent()
            sent = [one[:3] for one in site.sent()]
            browser.close()
    assert sorted(sent) == sorted((f"p{number}", "given", "stored") for number in range(1, PEOPLE + 1))
    print(f"{PEOPLE} doses, {len(WITHOUT_NETWORK)} of them without a network; the server has each once.")
    print(f"Interface time for a dose: median {statistics.median(took):.2f} s, 95th percentile {statistics.quantiles(took, n=20)[-1]:.2f} s.")  # fmt: skip


def _gives_everybody(tab: RoundTab) -> list[float]:
    took = []
    for number in range(1, PEOPLE + 1):
        if number in (WITHOUT_NETWORK.start, WITHOUT_NETWORK.stop):
            tab.context.set_offline(number == WITHOUT_NETWORK.start)
        began = time.monotonic()
        tab.gives(f"p{number}")
        took.append(time.monotonic() - began)
    return took


if __name__ == "__main__":
    main()
