"""Forms of the catalogue in a browser: filled in with and without scripts, read by everybody, posted as they stand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Browser, Page

from gateway.catalogue.drawing.posted import flat, posted
from gateway.model import JsonObject
from gateway.model.errors import Located
from gateway.texts.amounts import said_amount
from gateway.texts.refusals import Language
from gateway.web.forms.buttons import pressed
from gateway.web.forms.shown import FormView
from gateway.web.rendering import POLICY, own_files
from tests.gateway.catalogue.drawing.test_posted import form_of, sample_of
from tests.gateway.web.forms.drawing import drawn_page
from tests.pages.conftest import Visitor

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/forms draws every form without one")

APPLICANT = {"/applicant/name": "王芳", "/applicant/id_type": "111", "/applicant/id_number": "500152198512310026"}


@dataclass
class Counter:
    """A page of each service's form that keeps what is posted, as the counter's does: POST, 303, GET."""

    values: JsonObject = field(default_factory=dict)
    errors: list[Located] = field(default_factory=list)
    language: Language = "en"
    posts: list[dict[str, str]] = field(default_factory=list)

    def page(self, code: str) -> str:
        sample = flat(sample_of(code), "/data")
        values = flat(self.values, "/data")
        view = FormView(tree=form_of(code), values=values, errors=self.errors, sample=sample, copies=True)
        return drawn_page(view, self.language)

    def post(self, code: str, fields: dict[str, str]) -> str:
        self.posts.append(fields)
        done = pressed(form_of(code), fields, APPLICANT)
        self.values = posted(form_of(code), fields) if done is None else done.value
        return f"/{code}" if done is None else f"/{code}#{done.at}"


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def address(counter: Counter) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            *_, name = self.path.split("/")
            if self.path.startswith("/static/"):
                file = own_files()._files[name]
                self._send(200, file.body, {"Content-Type": file.media})
            else:
                headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
                self._send(200, counter.page(name).encode(), headers)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._send(303, b"", {"Location": counter.post(self.path[1:], dict(parse_qsl(body, keep_blank_values=True)))})

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["scripts", "no scripts"])
def form_page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(base_url=address, java_script_enabled=request.param == "scripts", reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def scripted(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("code", ["newlywed", "company-start", "passport"])
@pytest.mark.parametrize("width", [320, 1440])
def test_everybody_can_read_a_form(browser: Browser, address: str, counter: Counter, code: str, width: int) -> None:
    counter.language, counter.values = "en" if width > 320 else "zh-CN", sample_of(code)
    counter.errors = [Located("/data/man/name", "x" * 40), Located("/data/employees/1", "y"), Located("/data/delivery", "z")]
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 800})
    context.add_init_script("window.forbidden = []; addEventListener('securitypolicyviolation', e => forbidden.push(e.violatedDirective))")
    visitor = Visitor(address, context, context.new_page())
    visitor.go(f"/{code}")
    assert visitor.accessible() == []
    visitor.fits()
    visitor.kept_to_the_policy()
    assert visitor.page.evaluate("document.activeElement.id") == "wrong"
    context.close()


def test_rows_come_and_go_with_all_that_was_typed(form_page: Page, counter: Counter) -> None:
    form_page.goto("/company-start")
    form_page.get_by_label("Unified social credit code").fill("9150 0152 MA00 0001 58")
    form_page.locator("[name=add]").click()
    form_page.get_by_label("ID number").nth(1).fill("half")
    form_page.locator("[name=add]").click()
    form_page.get_by_label("Name").nth(3).fill("张伟")
    form_page.get_by_role("button", name="Move up Employee 2").click()
    assert counter.values["employees"] == [{"name": "张伟"}, {"id_number": "HALF"}]
    form_page.get_by_role("button", name="Remove Employee 2").click()
    assert counter.values == {"company": {"uscc": "91500152MA00000158"}, "representative": {}, "employees": [{"name": "张伟"}]}
    assert form_page.url.endswith("#/data/employees")


def test_enter_hands_the_form_in(form_page: Page, counter: Counter) -> None:
    form_page.goto("/house-transfer")
    form_page.get_by_label("Certificate number").fill("12345678")
    with form_page.expect_navigation():
        form_page.keyboard.press("Enter")
    assert counter.values["certificate_number"] == "12345678"
    assert not {"add", "remove", "up", "same"} & {*counter.posts[0]}


def test_the_applicant_s_details_are_copied_by_the_keyboard(form_page: Page, counter: Counter) -> None:
    form_page.goto("/house-transfer")
    form_page.get_by_role("button", name="Same as the applicant Buyer").focus()
    form_page.keyboard.press("Enter")
    form_page.wait_for_url("**#/data/buyer")
    assert form_page.input_value("[name='/data/buyer/id_number']") == "500152198512310026"


def test_500_rows_are_posted_by_a_browser(form_page: Page, counter: Counter) -> None:
    rows = [{"name": f"职工{n}", "id_type": "111", "id_number": "999999199001010016"} for n in range(500)]
    counter.values = {"employees": rows}
    form_page.goto("/company-start")
    with form_page.expect_navigation():
        form_page.locator("[name=on]").click()
    assert counter.values["employees"] == rows


def test_a_field_for_one_case_is_out_of_sight_in_the_others(scripted: Page) -> None:
    scripted.goto("/passport")
    address = scripted.locator("[name='/data/address']")
    assert not address.is_visible()
    scripted.get_by_label("by post").check()
    address.fill("重庆市潼南区示例路1号")
    scripted.get_by_label("pick up").check()
    assert address.is_visible()  # what was typed would be handed in
    address.fill("")
    assert not address.is_visible()


def test_without_scripts_a_field_for_one_case_says_which(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/passport")
    assert page.get_by_text("Only if “How to receive it” is “by post”").is_visible()
    context.close()


def test_the_sample_s_line_lights_up_and_is_beneath_the_field_on_a_phone(scripted: Page) -> None:
    scripted.goto("/house-transfer")
    scripted.get_by_label("Price").focus()
    assert scripted.locator(".sheet .here dd").all_inner_texts() == ["620000.00"]
    beneath = scripted.locator(".field", has=scripted.get_by_label("Price")).locator(".sampled")
    assert not beneath.is_visible()
    scripted.set_viewport_size({"width": 390, "height": 800})
    assert (beneath.is_visible(), scripted.locator(".sheet").is_visible()) == (True, False)
    box, label = beneath.bounding_box(), scripted.get_by_text("Contract number").first.bounding_box()
    assert box is not None
    assert label is not None
    assert box["y"] + box["height"] <= label["y"] + 1


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_money_is_said_in_words_as_it_is_typed(scripted: Page, counter: Counter, language: Language) -> None:
    counter.language = language
    scripted.goto("/house-transfer")
    price, words = scripted.locator("[name='/data/price']"), scripted.locator("[id='/data/price:w']")
    for text in (
        "0",
        "0.05",
        "10.50",
        "107000.53",
        "20001000.5",
        "100010000",
        "1234500000000",
        "1000000010000",
        "620,000.00",
        "x",
        "1.234",
    ):
        price.fill(text)
        said = said_amount(text.replace(",", ""))
        assert words.inner_text() == ("" if said is None else said.zh if language == "zh-CN" else said.en), text
