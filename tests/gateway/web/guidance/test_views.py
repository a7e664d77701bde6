"""Questions below another address, as the terminal has them."""

from __future__ import annotations

from gateway.web.guidance.views import Guidance, QuestionView, ResultView
from tests.gateway.web.conftest import Hall


async def test_a_terminal_has_the_same_questions_below_its_own_address(hall: Hall) -> None:
    parts = hall.gateway.parts
    suspended = parts.suspensions.now
    guidance = Guidance(services=parts.catalogue.services, departments=parts.departments, suspended=suspended, base="/kiosk/guide")
    service, answers = parts.catalogue.services["newlywed"], dict[str, str]()
    view = guidance.view(service, answers)
    asked = []
    while isinstance(view, QuestionView):
        asked.append((view.number, view.back))
        address = view.choices[-1 if view.number > 1 else 0].address
        assert address.startswith("/kiosk/guide/newlywed?")
        answers = dict(pair.split("=") for pair in address.partition("?")[2].split("&"))
        view = guidance.view(service, answers)
    assert asked == [(1, "/kiosk/guide"), (2, "/kiosk/guide/newlywed"), (3, "/kiosk/guide/newlywed?residents=both")]
    assert isinstance(view, ResultView)
    assert (view.template, view.paper) == ("guidance/result.html", "/kiosk/guide/newlywed/list?residents=both&home=leave&travel=none")
    assert view.back == "/kiosk/guide/newlywed?residents=both&home=leave"


async def test_a_service_that_is_gone_from_the_catalogue_is_not_offered(hall: Hall) -> None:
    parts = hall.gateway.parts
    suspended = parts.suspensions.now
    without = {code: service for code, service in parts.catalogue.services.items() if code != "passport"}
    guidance = Guidance(services=without, departments=parts.departments, suspended=suspended, base="/guide")
    view = guidance.view(without["newlywed"], {"residents": "both", "home": "leave", "travel": "passport"})
    assert isinstance(view, ResultView)
    assert view.others == []
