"""Guidance at a terminal: the same questions as everywhere, and the list of what to bring, to be printed and taken home."""

from __future__ import annotations

from typing import Final

from gateway.web.guidance.pages import GuidanceSite, guidance_pages

PAGES: Final = guidance_pages(
    GuidanceSite(
        base="/kiosk/guide", named="kiosk", services="kiosk/services.html", guidance="kiosk/guidance.html", paper="kiosk/list.html"
    )
)
