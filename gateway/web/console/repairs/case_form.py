"""A form about a whole case, which asks for a reason: it is moved, or voided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.web.console.screens import View
from gateway.web.console.words import number_groups, service_title, short_number

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.journal.store.views import CaseView
    from gateway.model.service import Text
    from gateway.web.console.repairs.delivery import FormShown


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWords:
    """The words of a form about a whole case, and the last part of its address."""

    path: str
    title: Text
    how: Text
    button: Text
    hint: Text


def page(asked: Asked, view: CaseView, form: FormShown, words: CaseWords) -> View:
    """Make the page of a form about a whole case, which asks for a reason."""
    case = view.application
    values = {
        "case": case,
        "service": service_title(asked, case.service),
        "groups": number_groups(case.number),
        "short": short_number(case.number),
        "form": form,
        "words": words,
    }
    return View(template="case-form.html", values=values, status=form.status)
