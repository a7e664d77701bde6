"""What is applied for at foreign departments; all of it made up."""

from __future__ import annotations

from typing import Any


def residence(wish: str, **more: Any) -> dict[str, Any]:
    """A residence permit, with a ``wish`` that says how the department is to answer."""
    return {
        "wish": wish,
        "kind": "renewal",
        "applicant": {"name": "测试甲 & <乙>", "born": "1990-01-01", "married": True, "left_on": None, "id_type": "414"},
        "fee": {"value_1": "12.50", "currency": "CNY"},
        "document": [{"title": "身份证", "pages": 2}, {"title": "户口本", "pages": 9}],
        "filed_at": "2026-03-02T09:30:00+08:00",
        "scan": "AP9hYmM=",
        **more,
    }


def company(name: str, **more: Any) -> dict[str, Any]:
    """A company, whose name says how the department is to answer."""
    return {"company": {"name": name, "capital": "1.50", "founded": "2020-02-29", "branch": ["渝中", "江北"], **more}, "urgent": False}


def deed(name: str, **more: Any) -> dict[str, Any]:
    """A deed, whose name says how the department is to answer."""
    owners = [{"name": "测试甲", "share": 0.5}, {"name": "测试戊", "share": 0.25}]
    return {"deed": name, "owners": owners, "names": ["甲", "乙 & 丙"], "sharers": owners[:1], **more}
