"""What is the matter with the gateway itself: each part in words, led to where the person may look."""

from __future__ import annotations

from gateway.journal.read.stuck import Kind, Stuck
from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.filed import file, signed_in


async def test_a_broken_audit_and_a_stuck_delivery_stand_on_the_first_page(hall: Hall) -> None:
    case = await file(hall, "passport")
    first = next(iter(case.deliveries.values()))
    parts = hall.gateway.parts
    stuck = Stuck(delivery_id=first.id, application_id=case.application.id, department="exit_entry", kind=Kind.NO_TIME)
    parts.watchdog.tell([stuck])
    checks = parts.readiness
    object.__setattr__(parts, "readiness", lambda: {**checks(), "audit": "chain <b> is broken", "keys": "2 keys end soon"})
    auditor = await signed_in(hall, "auditor")
    await auditor.get("/console")
    assert "3 for you to mend" in auditor.text
    assert "The audit is not as it was signed" in auditor.text
    assert "chain &lt;b&gt; is broken" in auditor.page
    assert 'href="/console/audit"' in auditor.page
    assert "neither due at a time nor under way" in auditor.text
    clerk = await signed_in(hall, "clerk", group="hall")
    await clerk.get("/console")
    assert "Nothing for you to mend" in clerk.text
