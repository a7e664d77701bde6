"""Refusals, with all that an answer needs. The interface turns each into a problem document (RFC 9457)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gateway.model.errors import GatewayError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.model.errors import Located
    from gateway.texts.yaml_lines import ConfigProblem

#: The languages of answers: ``zh-CN`` unless the caller asks for English.
Language = Literal["zh-CN", "en"]


class Refused(GatewayError):
    """A request that is refused, and of which nothing was done.

    ``kind`` is a slug (``validation``, ``unknown-service``, ``idempotency-mismatch``, ``not-found``, ``conflict``, ``overloaded``,
    ``journal-unavailable``, ``department-unavailable`` …) that becomes the problem's ``type``, and ``status`` is the HTTP status.
    ``detail_zh`` and ``detail_en`` tell a person the reason and what to do next, without personal data. ``errors`` are the located errors
    in the caller's language, and ``more`` is the count of further ones. ``retry_after`` is in seconds and always set for 429 and 503.
    """

    def __init__(
        self,
        kind: str,
        status: int,
        *,
        detail_zh: str,
        detail_en: str,
        errors: Iterable[Located] = (),
        more: int = 0,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{kind}: {detail_en}")
        self.kind = kind
        self.status = status
        self.detail_zh = detail_zh
        self.detail_en = detail_en
        self.errors = tuple(errors)
        self.more = more
        self.retry_after = retry_after

    def detail(self, language: Language) -> str:
        """Give the text in that language."""
        return self.detail_zh if language == "zh-CN" else self.detail_en


def not_found() -> Refused:
    """Give the refusal for a thing that does not exist or is not for this caller, who cannot tell which."""
    return Refused("not-found", 404, detail_zh="没有这个办件。", detail_en="There is no such application.")


def conflict(detail_zh: str, detail_en: str) -> Refused:
    """Give the refusal for a request that the state of the case does not allow."""
    return Refused("conflict", 409, detail_zh=detail_zh, detail_en=detail_en)


class ConfigurationRefused(Refused):
    """A configuration that cannot be used. ``problems`` are all its errors by file and line. The one before stays in force."""

    def __init__(self, problems: Iterable[ConfigProblem]) -> None:
        super().__init__(
            "configuration",
            422,
            detail_zh="配置有误，见 errors；原来的配置继续有效。",
            detail_en="The configuration is wrong: see errors. What held before still holds.",
        )
        self.problems = tuple(problems)
