"""Debian's Chromium on a demo with the sample records, served by the real server."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from demo_installation import demo_installation
from looking import SIZES, THEMES
from ministry_views import put_in, view
from serving import serving

from services.shared.embedded_postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo_address(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[str]:
    """The address of a demo with the sample records, whose page shows the view made by hand."""
    home = tmp_path_factory.mktemp("home")
    with (
        demo_installation(postgres, f"browser_{worker_id}", home, examples=True) as application,
        serving(application, application.state.settings.port) as address,
    ):
        put_in(application.state.cube, view())
        yield address


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Debian's Chromium, the lighter one without windows if it is there."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium")
    return path


@pytest.fixture(scope="session")
def chromium_arguments() -> list[str]:
    """How Chromium is started: without a window, and without calls home."""
    return ARGUMENTS


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Any]:
    """Playwright's driver; it brings no browser of its own here."""
    api = pytest.importorskip("playwright.sync_api", reason="no playwright")
    with api.sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright_driver: Any, chromium_path: str) -> Iterator["Browser"]:
    """A running Chromium."""
    browser = playwright_driver.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
    yield browser
    browser.close()


@dataclass
class Tab:
    """A page in the browser, and everything it complained about."""

    page: "Page"
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Go there and wait until everything is loaded; a figure is drawn or has failed."""
        self.page.goto(address, wait_until="load")
        undrawn = self.page.locator("figure:not([data-state='drawn'], [data-state='failed'])")
        undrawn.first.wait_for(state="detached", timeout=20_000)


# What passed is thousands of nodes, which take longer to hand over than to look at. Fetching the page's style sheets and
# sounds beforehand is for rules about sounds alone, of which there are none.
AXE = """axe.run({resultTypes: ["violations"], preload: false}).then(found => ({
  passed: found.passes.length,
  violations: found.violations.map(one => [one.id, one.nodes.map(node => node.html)]),
}))"""


@pytest.fixture(scope="session")
def axe_finds() -> Callable[[Tab], Any]:
    """What axe finds wrong with a page: the rules that are broken, each with the elements that break it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe").Axe()

    def find(tab: Tab) -> Any:
        if tab.page.evaluate("typeof axe") == "undefined":
            tab.page.evaluate(axe.axe_script)
        found = tab.page.evaluate(AXE)
        assert found["passed"] > 10
        return found["violations"]

    return find


@pytest.fixture
def new_tab(chromium: "Browser") -> Iterator[Callable[..., Tab]]:
    """Open a tab of a size and theme, in a browser context of its own."""
    with ExitStack() as opened:

        def new(size: str = "tablet", theme: str = "day", **context: Any) -> Tab:
            return opened.enter_context(_tab(chromium, size, theme, context))

        yield new


@contextmanager
def _tab(chromium: "Browser", size: str, theme: str, more: dict[str, Any]) -> Iterator[Tab]:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=THEMES[theme], locale="en-GB", **more
    )
    tab = Tab(context.new_page())
    tab.page.on(
        "console", lambda said: said.type in ("error", "warning") and tab.complaints.append(said.text)
    )
    tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    try:
        yield tab
    finally:
        context.close()
