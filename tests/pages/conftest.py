"""A real browser on a real gateway with its sandboxes: what the pages ask of elsewhere, or break of their own policy, fails a test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.faults.installation import Installation
from tests.patience import PATIENCE

CHROMIUM = shutil.which("chromium")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Keeps what the policy forbade, which a page would otherwise do without in silence.
_LISTEN = """
window.forbidden = [];
addEventListener("securitypolicyviolation", e => window.forbidden.push(`${e.violatedDirective} ${e.blockedURI}`));
"""


#: Milliseconds that anything may take on a page, whose speed is no matter of these tests.
_LONG = 3_000 * PATIENCE
expect.set_options(timeout=_LONG)


@dataclass
class Visitor:
    """A person with a browser. Every page that is left has kept to its policy and asked nothing of another host."""

    base: str
    context: BrowserContext
    page: Page
    elsewhere: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of the gateway."""
        self.page.goto(self.base + path)
        return self.page

    def accessible(self) -> list[str]:
        """Give what the rules for accessibility find on the page as it is."""
        found = Axe().run(self.page, options={"runOnly": _RULES})
        return [f"{one['id']}: {node['html'][:150]}" for one in found.response["violations"] for node in one["nodes"]]

    def kept_to_the_policy(self) -> None:
        """Fail if the page broke its policy or asked for anything elsewhere."""
        assert self.page.evaluate("window.forbidden") == []
        assert self.elsewhere == []

    def fits(self) -> None:
        """Fail if the page has to be moved sideways."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one module: its loop must have ended before another module runs one."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: .ci/tools installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("pages"))
    try:
        installation.start_sandboxes()
        installation.start_gateway()
        yield installation
    finally:
        installation.close()


@dataclass(frozen=True, slots=True)
class Variant:
    """The window and the choices of one person."""

    width: int
    height: int
    choices: dict[str, str]
    scripts: bool = True


#: A phone, dark, huge letters, Chinese; and a desk, light, standard letters, English: two opposites of every page.
VARIANTS = {
    "phone": Variant(390, 844, {"language": "zh-CN", "theme": "dark", "size": "huge"}),
    "desk": Variant(1440, 900, {"language": "en", "theme": "light", "size": "standard"}),
}


@pytest.fixture(params=VARIANTS)
def visitor(browser: Browser, gateway: Installation, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    with visiting(browser, gateway, VARIANTS[request.param]) as visitor:
        yield visitor


@pytest.fixture
def without_scripts(browser: Browser, gateway: Installation) -> Iterator[Visitor]:
    with visiting(browser, gateway, replace(VARIANTS["desk"], scripts=False)) as visitor:
        yield visitor


@contextmanager
def visiting(browser: Browser, gateway: Installation, variant: Variant) -> Iterator[Visitor]:
    window: ViewportSize = {"width": variant.width, "height": variant.height}
    context = browser.new_context(viewport=window, java_script_enabled=variant.scripts, reduced_motion="reduce")
    context.add_cookies([{"name": name, "value": value, "url": gateway.url} for name, value in variant.choices.items()])
    context.add_init_script(_LISTEN)
    context.set_default_timeout(_LONG)
    visitor = Visitor(gateway.url, context, context.new_page())
    ours = urlsplit(gateway.url).netloc
    visitor.page.on("request", lambda asked: None if urlsplit(asked.url).netloc in (ours, "") else visitor.elsewhere.append(asked.url))
    yield visitor
    context.close()
