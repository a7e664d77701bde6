"""Sentences of the service with which a new adapter is tried."""

from __future__ import annotations

from gateway.model.service import Text

GUIDANCE = Text(zh="用于试用新的部门适配器，不对外办理。", en="To try a new adapter with; not for citizens.")
PURPOSE = Text(zh="试用适配器", en="To try the adapter")


def trial(title: str) -> Text:
    return Text(zh=f"试办：{title}", en=f"Trial: {title}")
