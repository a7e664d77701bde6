"""Titles of roles that no service need name."""

from __future__ import annotations

from gateway.model.service import Text

APPLICANT = Text(zh="申请人", en="Applicant")
