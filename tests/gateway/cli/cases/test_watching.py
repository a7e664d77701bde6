"""The times of deliveries come from the events."""

from __future__ import annotations

from gateway.cli.cases.watching import add_times


def test_times_are_counted_from_the_filing() -> None:
    application = {"received_at": "2026-11-23T10:00:00.000+08:00", "deliveries": [{"id": "a"}, {"id": "b"}]}

    def event(at: str, state: str) -> dict[str, object]:
        return {"at": f"2026-11-23T10:00:0{at}+08:00", "moves": [{"delivery_id": "a", "state": state}]}

    add_times(application, [event("0.000", "sending"), event("1.500", "ready"), event("2.000", "sending"), event("3.250", "approved")])
    first, second = application["deliveries"]
    assert first == {"id": "a", "times": {"sending": 0.0, "ready": 1.5, "approved": 3.25}, "changed": 3.25}
    assert second == {"id": "b", "times": {}, "changed": None}
