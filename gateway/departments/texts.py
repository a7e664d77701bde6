"""Sentences on certificates that end, have ended or were not taken."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

CERTIFICATES = {
    "certificate": Text(zh="本方客户端证书", en="our client certificate"),
    "ca": Text(zh="部门的 CA 证书", en="the department's CA"),
}
not_taken = TextOf[str]("新放入的证书不可用，仍用原来的：{0}", "renewed certificates are not taken: {0}")
ended = TextOf[Text, str](
    "{0.zh}已于 {1} 过期：请换上新证书，无须重启", "{0.en} has expired on {1}: put a renewed one in its place, no restart needed"
)
ending = TextOf[Text, str, int](
    "{0.zh}将于 {1} 到期（还有 {2} 天）：请换上新证书，无须重启",
    "{0.en} ends on {1} (days left: {2}): put a renewed one in its place, no restart needed",
)
