"""Refusals, with all that an answer needs. The interface turns each into a problem document (RFC 9457)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gateway.model.errors import GatewayError
from gateway.model.service import Text

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
    ``said`` tells a person the reason and what to do next, without personal data. ``errors`` are the located errors in the caller's
    language, and ``more`` is the count of further ones. ``retry_after`` is in seconds and always set for 429 and 503.
    """

    def __init__(
        self,
        kind: str,
        status: int,
        said: Text,
        *,
        errors: Iterable[Located] = (),
        more: int = 0,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{kind}: {said.en}")
        self.kind = kind
        self.status = status
        self.said = said
        self.errors = tuple(errors)
        self.more = more
        self.retry_after = retry_after

    def detail(self, language: Language) -> str:
        """Give the text in that language."""
        return in_language(self.said, language)


def in_language(text: Text, language: Language) -> str:
    """Give the text in that language."""
    return text.zh if language == "zh-CN" else text.en


def not_found() -> Refused:
    """Give the refusal for a thing that does not exist or is not for this caller, who cannot tell which."""
    return Refused("not-found", 404, Text(zh="没有这个办件。", en="There is no such application."))


def conflict(said: Text) -> Refused:
    """Give the refusal for a request that the state of the case does not allow."""
    return Refused("conflict", 409, said)


class ConfigurationRefused(Refused):
    """A configuration that cannot be used. ``problems`` are all its errors by file and line. The one before stays in force."""

    def __init__(self, problems: Iterable[ConfigProblem]) -> None:
        wrong = Text(
            zh="配置有误，见 errors；原来的配置继续有效。", en="The configuration is wrong: see errors. What held before still holds."
        )
        super().__init__("configuration", 422, wrong)
        self.problems = tuple(problems)
