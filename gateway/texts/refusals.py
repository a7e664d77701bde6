"""What routing refuses, with everything an answer needs: the interface turns it into a problem document (RFC 9457)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gateway.model.errors import GatewayError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.model.errors import Located
    from gateway.texts.yaml_lines import ConfigProblem

#: The languages that people are answered in; ``zh-CN`` unless they ask for English.
Language = Literal["zh-CN", "en"]


class Refused(GatewayError):
    """Something asked of the gateway is not done, and nothing of it has been.

    ``kind`` is a slug (``validation``, ``unknown-service``, ``idempotency-mismatch``, ``not-found``, ``conflict``, ``overloaded``,
    ``journal-unavailable``, ``department-unavailable`` …) that becomes the problem's ``type``; ``status`` is the HTTP status.
    ``detail_zh`` and ``detail_en`` say the same to a person, without personal data, and what to do next. ``errors`` are all
    the places that are wrong, already in the caller's language, and ``more`` how many were found besides. ``retry_after`` is in
    seconds; 429 and 503 always carry one.
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
        """The text in the language asked for."""
        return self.detail_zh if language == "zh-CN" else self.detail_en


def not_found() -> Refused:
    """There is no such thing, or not for this caller: the two are not told apart."""
    return Refused("not-found", 404, detail_zh="没有这个办件。", detail_en="There is no such application.")


def conflict(detail_zh: str, detail_en: str) -> Refused:
    """The state of the case does not allow what was asked."""
    return Refused("conflict", 409, detail_zh=detail_zh, detail_en=detail_en)


class ConfigurationRefused(Refused):
    """The configuration cannot be used as it is written: ``problems`` are all that is wrong, by file and line. What held before holds."""

    def __init__(self, problems: Iterable[ConfigProblem]) -> None:
        super().__init__(
            "configuration",
            422,
            detail_zh="配置有误，见 errors；原来的配置继续有效。",
            detail_en="The configuration is wrong: see errors. What held before still holds.",
        )
        self.problems = tuple(problems)
