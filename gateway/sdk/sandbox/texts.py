"""Descriptions of a sandbox's faults in both languages, for whoever switches one on. :class:`Fault` has their options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.sdk.sandbox.faults import FaultName

#: By name, as in ``POST /_sandbox/faults``: Chinese, English.
FAULT_TEXTS: Final[Mapping[FaultName, tuple[str, str]]] = {
    "refuse": (
        "端口拒绝连接若干秒（--seconds，默认 2），期间控制接口也不通",
        "the port refuses connections for some seconds (--seconds, 2), the control paths among them",
    ),
    "reset": ("收到请求后重置连接，不办理", "the connection is reset once the request is there; it is not carried out"),
    "hang": ("收到请求后不应答，不办理", "no answer, until the caller gives up; it is not carried out"),
    "drip": (
        "照常办理，逐字节慢慢应答（--seconds，每字节间隔，默认 0.5）",
        "carried out; the reply comes byte by byte (--seconds between two, 0.5)",
    ),
    "slow": ("照常办理，迟些应答（--seconds，默认 2）", "carried out; the reply comes late (--seconds, 2)"),
    "drop_reply": ("照常办理，应答丢失", "carried out; the reply is lost"),
    "late": ("调用方断开之后才办理（--seconds，默认 1）", "carried out only after the caller has gone (--seconds later, 1)"),
    "500": ("应答 HTTP 500", "HTTP 500"),
    "html_200": ("应答 HTTP 200，内容却是网页", "HTTP 200 with a web page in it"),
    "page_502": ("应答代理服务器的 502 错误页", "a proxy's page with 502"),
    "soap_fault": (
        "应答 SOAP 错误（--code 为 Client 或 Server，--reason 为错误说明，--status 为 HTTP 状态）",
        "a SOAP fault (--code Client or Server, --reason its text, --status of HTTP)",
    ),
    "system_error": (
        "部门系统自身出错，以其约定的方式答复，不办理",
        "the department says, in its own words, that its system failed; it is not carried out",
    ),
    "business_error": ("不予办理（--code、--reason）", "a refusal on the merits (--code, --reason)"),
    "returned": (
        "退回补正（--field 指出须更正的内容，--code、--reason）",
        "returned to be corrected (--field names what, --code, --reason)",
    ),
    "unauthorized": ("不认可凭据", "our credentials are refused"),
    "too_many": ("请求过多，请稍后再来（--seconds，默认 1）", "too many requests: come back later (--seconds, 1)"),
    "huge": ("应答大得读不完（--size 字节）", "a reply that hardly ends (--size bytes)"),
    "gzip_bomb": ("应答很小，解压后极大（--size 字节）", "a small reply that unpacks to a huge one (--size bytes)"),
    "dtd": ("照常办理，应答带有 DTD（实体膨胀、外部实体）", "carried out; the reply has a DTD (expanding and external entities)"),
    "truncated": (
        "照常办理，应答被截断（--framed：长度照截断后的申报，HTTP 看不出）",
        "carried out; the reply is cut short (--framed: with that length declared, so that HTTP sees nothing)",
    ),
    "wrong_charset": ("照常办理，应答的字符编码与声明不符", "carried out; the reply is in another charset than it says"),
}
