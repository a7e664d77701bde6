"""A service written in YAML alone, as its page tells: a person is guided to it, a clerk files it on a form that nobody programmed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.docs.own_service import write
from tests.faults.installation import Installation
from tests.pages.conftest import Visitor
from tests.pages.desk import sign_in, told

pytestmark = pytest.mark.slow("drives a browser; tests/docs/test_own_service.py checks the same files without one")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("pages"))
    write(made.config / "services")
    try:
        made.start_sandboxes()
        made.start_gateway()
        yield made
    finally:
        made.close()


def test_it_is_proven(gateway: Installation) -> None:
    assert "7 services" in told(gateway, "check")


def test_a_person_is_guided_to_it(visitor: Visitor, gateway: Installation) -> None:
    page = visitor.go("/guide")
    page.locator("a[href='/guide/public-rental']").click()
    page.locator("a[href*='married=married']").click()
    page.locator("a[href*='home=none']").click()
    list_of_papers = page.locator("main").inner_text()
    assert "配偶的居民身份证" in list_of_papers or "The spouse's ID card" in list_of_papers
    assert "配偶的居民身份证" not in visitor.go("/guide/public-rental?married=single&home=none").locator("main").inner_text()
    assert "The spouse's ID card" not in page.locator("main").inner_text()
    page_of_owners = visitor.go("/guide/public-rental?married=single&home=own").locator("main").inner_text()
    assert "区住房保障中心" in page_of_owners or "housing office" in page_of_owners
    assert visitor.accessible() == []
    visitor.fits()


def test_a_clerk_files_it_and_the_applicant_follows_it(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "clerk", "刘洋", "hall")
    page = visitor.page
    page.locator("button[value='public-rental']").click()
    page.wait_for_url("**/applicant")
    page.select_option("[name='/applicant/id_type']", "111")
    for name, text in {"name": "张伟", "id_number": "500152199001010018", "mobile": "13800000001"}.items():
        page.fill(f"[name='/applicant/{name}']", text)
    page.locator("main .main-act").click()
    page.wait_for_url(re.compile("/form$"))
    page.check("[name='/data/area'][value='south']")
    page.fill("[name='/data/income']", "3600.00")
    page.locator("details:has([name='/data/spouse/name']) > summary").first.click()
    spouse = {"name": "王芳", "id_number": "500152198512310026"}
    for name, text in spouse.items():
        page.fill(f"[name='/data/spouse/{name}']", text)
    page.locator("button[name='add'][value='/data/children']").click()
    page.wait_for_url("**/form#/data/children/0")
    page.fill("[name='/data/children/0/name']", "张小宝")
    page.fill("[name='/data/children/0/born_on']", "2019-06-01")
    said = page.locator("main").inner_text()
    assert "叁仟陆佰元整" in said or "3,600.00" in said
    assert visitor.accessible() == []
    visitor.fits()
    page.locator("main .main-act").click()
    page.wait_for_url(re.compile("/documents$"))
    page.locator("main .main-act").click()
    page.wait_for_url(re.compile("/check$"))
    page.check("#confirmed")
    page.locator("main .main-act").click()
    page.wait_for_url(re.compile("/receipt$"))
    code = page.locator(".paper .code").first.inner_text()
    page = visitor.go("/t")
    page.fill("#code", code)
    page.locator("main form .main-act").first.click()
    page.wait_for_url("**/t/case")
    followed = page.locator("main").inner_text()
    for zh, en in (("婚姻状况核验", "Marital status"), ("申请人住房核验", "The applicant's homes"), ("配偶住房核验", "The spouse's homes")):
        assert zh in followed or en in followed
    assert "张小宝" not in followed
    visitor.kept_to_the_policy()
