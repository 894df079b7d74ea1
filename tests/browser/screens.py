"""``make screens``: pictures of every page of the running demo, into ``docs/screens``."""

import shutil
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from demo_installation import demo_installation
from playwright.sync_api import Browser, sync_playwright
from serving import serving

from services.commands.demo import load_country
from services.shared.embedded_postgres import EmbeddedPostgres

SCREENS = Path(__file__).parents[2] / "docs" / "screens"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
]
PAGES = {"landing": "/", "ministry": "/ministry", "api": "/docs", "not-found": "/nothing-here"}
SIZES = ((1024, 768), (390, 844))
WHOLE_PAGE_WIDTH = 1024
PEOPLE, COUNTED_S = 400, 120
THEMES = {"": "light", "-night": "dark"}


def main() -> None:
    """Take every picture anew."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is needed for pictures. On Debian: apt install chromium")
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="throughcare-screens-") as written:
        home = Path(written)
        with (
            EmbeddedPostgres(home / "postgres").running() as postgres,
            demo_installation(postgres, "screens", home, examples=False, pseudo_locale=False) as application,
            serving(application, application.state.settings.port) as address,
            sync_playwright() as driver,
        ):
            load_country(application.state.database, application.state.settings, PEOPLE)
            application.state.cube.wait(COUNTED_S)
            application.state.cube.start()
            application.state.cube.wait(COUNTED_S)
            browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            for name, path in PAGES.items():
                for suffix, scheme in THEMES.items():
                    _take(browser, address + path, f"{name}%s{suffix}.png", scheme)
            browser.close()


def _take(browser: Browser, address: str, name: str, scheme: str) -> None:
    """One page in one theme, in every size."""
    for width, height in SIZES:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        page = context.new_page()
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(address, wait_until="networkidle")
        page.locator("figure[data-state='loading']").first.wait_for(state="detached", timeout=20_000)
        page.screenshot(path=SCREENS / (name % f"-{width}x{height}"))
        if width == WHOLE_PAGE_WIDTH and scheme == "light":
            page.screenshot(path=SCREENS / (name % "-whole"), full_page=True)
        context.close()


if __name__ == "__main__":
    main()
