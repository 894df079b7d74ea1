"""How soon the round stands on the screen of a tablet without a network: first paint from the cache, and the list after the PIN.

``python tests/bench/round_paint.py`` runs it alone. Without Chromium there is no figure.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from figures import TURNS, Figure, show
from people_pages import PIN
from playwright.sync_api import Page, sync_playwright
from round_pages import RoundTab, a_tablet, round_site

from services.shared.embedded_postgres import EmbeddedPostgres

PEOPLE = 300
MOST_MS = 1_000
PAINTED = """() => new Promise(done => {
  const found = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  const look = () => (found() ? done(found()) : setTimeout(look, 5));
  look();
})"""


def paint_figures() -> list[Figure]:
    """The two figures; none without Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return []
    with tempfile.TemporaryDirectory(prefix="throughcare-paint-") as written, sync_playwright() as driver:
        home = Path(written)
        os.environ["RECORD_KEYS"] = str(home / "keys")
        with (
            EmbeddedPostgres(home / "postgres").running() as postgres,
            round_site(postgres, "round_paint", home, PEOPLE) as site,
        ):
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            tab = a_tablet(site, browser.new_context(viewport={"width": 1024, "height": 768}))
            tab.opens()
            tab.chooses_pin()
            tab.page.evaluate("() => navigator.serviceWorker.ready")
            tab.context.set_offline(True)
            turns = [(_painted(tab.page), _listed(tab)) for _ in range(TURNS)]
            browser.close()
    first, listed = (statistics.median(column) for column in zip(*turns, strict=True))
    return [
        Figure("first paint from the cache, no network, p50", f"{first:.0f} ms", "", "", f"under {MOST_MS} ms"),
        Figure(f"from the PIN to the list of {PEOPLE}, no network, p50", f"{listed:.0f} ms", "600,000 rounds of PBKDF2 in it", ""),
    ]  # fmt: skip


def _painted(page: Page) -> float:
    page.reload()
    return float(page.evaluate(PAINTED))


def _listed(tab: RoundTab) -> float:
    tab.page.locator("#open:enabled").wait_for()
    tab.page.locator("#pin").fill(PIN)
    tab.page.wait_for_timeout(500)
    began = time.perf_counter()
    tab.page.locator("#open").click()
    tab.list().wait_for()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    show("The round on a tablet", paint_figures())
