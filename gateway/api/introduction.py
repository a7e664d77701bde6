"""What the document says to its reader before the calls: how to file, follow and recover."""

from __future__ import annotations

from collections.abc import Mapping

DESCRIPTION = """\
One application, filed once, goes to every department that has to act, in the right order.

**To file any service**
1. `GET /v1/services` lists the services; `GET /v1/services/{code}` gives one: `form` is the JSON Schema (2020-12) of the
   application's `data`, `sample` is a complete body that can be posted as it is, `codes.channels` and `steps` say how it may
   be handed in and who sees what.
2. `POST /v1/applications` with a new `Idempotency-Key`. 202 means durably kept. After a lost answer, repeat the same body
   with the same key. `channel` is `counter`, `pc`, `mobile`, `courier` or `other`. `POST /v1/applications/check` says
   beforehand what filing would say.
3. Follow it: `GET /v1/applications/{id}`, its `/events` (live with `Accept: text/event-stream`), or `Prefer: wait=N` on filing.
4. `returned` (补正) waits for the applicant: the returned delivery's `outcome.errors` point into the body that was filed.
   Post the corrected whole to `/v1/applications/{id}/revisions`.

A query such as housing holdings is a service like any other; at a counter it can also be asked directly:
`POST /v1/departments/{name}/queries/{query}`.

**Conventions.** `Authorization: Bearer <key>`; a key has one role: `front-end` (sees its own filings), `operator` (sees
personal data masked), `auditor` (sees none), `department:<name>` (sees its own standing, deliveries and reconciliation).
Errors are problem documents (RFC 9457), every error at once, each with a JSON Pointer; `detail` follows `Accept-Language`
(`zh-CN`, `en`). Bodies are JSON in UTF-8, at most 1 MiB, 20,000 values, 500 members of an object, 32 levels and 200 characters of
a name (unless the centre set it otherwise), without duplicate keys. `RateLimit` says what is left to a key: 429 comes with
`Retry-After`, and nothing was done. Times are RFC 3339 with an offset. Lists are
newest first (a reconciliation is in the order of its day): `next` is the `cursor` of the next page. `traceparent` (W3C) is
taken over; `X-Request-Id` names each answer.
"""

TAGS: Mapping[str, str] = {
    "services": "The catalogue: what can be filed.",
    "applications": "File, follow, correct, take back.",
    "departments": "How departments fare, what they call back, what they may be asked.",
    "deliveries": "One step's hand-over to one department; repairs.",
    "jobs": "Repairs of many deliveries at once.",
    "configuration": "What the files say.",
    "audit": "Who was told what, when: tamper-evident.",
    "keys": "API keys; on the machine itself only.",
    "health": "For those who run it.",
    "docs": "This document.",
}

#: status → the kinds of problem that have it, and what they mean together.
PROBLEM_TEXTS: Mapping[int, tuple[tuple[str, ...], str]] = {
    400: (("malformed", "parameters", "idempotency-key"), "The body is not acceptable JSON, or a header or parameter is wrong."),
    401: (("unauthorized",), "A valid key (for a callback: a valid signature) is needed."),
    403: (("forbidden",), "The role of this key may not do this."),
    404: (("not-found",), "There is none, or it is not yours to see."),
    408: (("too-slow",), "The body did not arrive in time."),
    409: (("conflict",), "Where it stands does not allow this."),
    413: (("too-large",), "The body is too large."),
    415: (("media-type",), "The body must be application/json (UTF-8), not compressed."),
    422: (
        ("validation", "unknown-service", "idempotency-mismatch", "configuration"),
        "What was sent is not valid: `errors` names every place.",
    ),
    429: (("overloaded",), "Too much at once, or too often; nothing was done. Repeat after Retry-After."),
    500: (("internal",), "Something went wrong inside the gateway; the log has it under the X-Request-Id."),
    502: (("department-unavailable",), "The department answered what cannot be used."),
    503: (("journal-unavailable", "department-unavailable", "overloaded"), "Not now; nothing was done. Repeat after Retry-After."),
    504: (("department-unavailable",), "The department did not answer in time."),
}
