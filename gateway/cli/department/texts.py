"""Sentences of the commands that try one department out, Chinese and English beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.cli.terminal.words import Bilingual, Sentence, say
from gateway.model.errors import AuthFailed, Busy, DepartmentError, InDoubt, Invalid, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Help of the commands in a group.
PROBE_HELP: Final = """Check one department without any effect: configuration, address, TLS, credentials, contract · 部门自检.

Needs no running gateway and works beside one. Exits 0 when nothing has failed, 1 when something has.
"""
ROTATE_HELP: Final = """Put a new secret of a department in place; callbacks by the one before are taken until --end · 更换部门密钥.

Then: gateway reload. Calls go out with the new one, so the department has to know it before.
"""
CALL_HELP: Final = """Call one operation of one department and show what went over the wire, masked, and what it came to · 联调一个操作.

Needs no running gateway and files no application. Exits 0 when it is accepted or approved, 1 when it is rejected or returned or the
department refuses the call, 3 when nothing was processed, 4 when that is in doubt.
"""

# Help of their arguments and options.
NAME_HELP: Final = "As in config/departments/NAME.yaml · 部门名"
ROTATED_HELP: Final = "One of its adapter's secrets · 密钥名"
ROTATED_FILE_HELP: Final = "Holds the new one; - reads stdin · 新密钥文件"
MAKE_HELP: Final = "Make one (for webhooks) and print it, alone · 生成新密钥"
END_HELP: Final = "Take the one before no more · 不再接受旧密钥"
OPERATION_HELP: Final = "One of its operations · 操作名"
REQUEST_HELP: Final = "The operation's request as JSON; - reads stdin · 请求 JSON 文件"
YES_HELP: Final = "It may have an effect at a real department · 确认会在真实系统产生办理结果"
KEY_HELP: Final = "The delivery's key, to repeat one · 幂等键"
SHOW_HELP: Final = "A further name whose codes are shown · 另行显示其代码的字段名"
SHOW_OUTPUT_HELP: Final = "The outcome unmasked · 不屏蔽办理结果"

# What is looked at and how it stands, and names before what is shown.
CHECKS: Final = {
    "configuration": Bilingual("配置", "configuration"),
    "address": Bilingual("地址", "address"),
    "tls": Bilingual("TLS", "TLS"),
    "adapter": Bilingual("适配器", "adapter"),
    "department": Bilingual("凭据与接口", "credentials and contract"),
}
STANDINGS: Final = {"ok": Bilingual("正常", "ok"), "failed": Bilingual("失败", "failed"), "skipped": Bilingual("略过", "skipped")}
ERROR: Final = Bilingual("错误", "error")
OUTCOME: Final = Bilingual("结果", "outcome")

# Sentences with nothing to fill in.
ADDRESS_SILENT: Final = Bilingual("地址不通，未检查", "not looked at: the address does not answer")
CREDENTIALS_TAKEN: Final = Bilingual("凭据被接受，答复符合接口约定", "takes our credentials and answers by the contract")
DISABLED: Final = Bilingual(" · 配置中已停用（enabled: false）", " · disabled in its configuration (enabled: false)")
NOTHING_SENT: Final = Bilingual("没有经 SDK 的客户端发出任何内容", "nothing left through the SDK's clients")
NOT_ENCRYPTED: Final = Bilingual(
    "endpoint 是 http：报文不加密，正式环境请改用 https", "http: nothing is encrypted; use https in production"
)
NOT_OPENED: Final = Bilingual("适配器未能打开，未检查", "not looked at: the adapter cannot be opened")
NO_FIELD: Final = Bilingual("没有这个字段", "there is no such field")
NO_PROBE: Final = Bilingual(
    "适配器没有 probe()，凭据与接口约定未检查", "the adapter has no probe(): credentials and contract were not looked at"
)
ONE_OF_THREE: Final = Bilingual("三者取一：新密钥文件、--make、--end", "one of these: a FILE with the new secret, --make, --end")
RENEW_SOON: Final = Bilingual("，即将到期，请对方更换", ": they must renew it soon")
SANDBOX_NOT_ENCRYPTED: Final = Bilingual("本机沙箱，不加密", "a local sandbox, nothing is encrypted")
SECRET_IN_PLACE: Final = Bilingual(
    "新密钥已就位，旧密钥已被覆盖（对方须已能接受新密钥）；请执行 gateway reload（每个节点）",
    "the new one is in place, the one before is overwritten, and they have to take the new one by now; on each node: gateway reload",
)
SECRET_REMOVED: Final = Bilingual(
    "旧密钥已移除；请执行 gateway reload（每个节点）", "the one before is gone; now: gateway reload, on each node"
)
#: What to do when a department's sandbox is wanted and none is there.
START: Final = Bilingual(
    "请先启动沙箱：gateway sandbox（或 gateway serve --sandbox）", "start the sandboxes first: gateway sandbox (or gateway serve --sandbox)"
)
TRY_ADDRESS: Final = Bilingual("请核对端口、对方服务和防火墙", "compare the port, see whether it runs there, see the firewalls")
WRONG_CA: Final = Bilingual(
    "对方证书不是由 tls.ca 中的 CA 签发（设了 tls.ca 就只信任它）：请向对方索取正确的 CA 证书",
    "its certificate is not from the CA in tls.ca, which alone is trusted once it is set: ask them for the right CA",
)

#: OpenSSL's verification errors (``X509_V_ERR_…``) in words.
UNTRUSTED: Final = {
    9: Bilingual("证书尚未生效：请核对本机时钟", "the certificate is not valid yet: compare this machine's clock"),
    10: Bilingual("证书已过期：请对方更换证书", "the certificate has expired: they must renew it"),
    18: Bilingual("自签名证书：请将其签发者加入本机信任的证书", "a self-signed certificate: have this machine trust its issuer"),
    19: Bilingual(
        "证书链中有不受信任的自签名证书：请将其根证书加入本机信任的证书", "its root is not trusted here: have this machine trust it"
    ),
    20: Bilingual(
        "签发者不受本机信任，或对方未发送中间证书", "its issuer is not trusted here, or they do not send the intermediate certificate"
    ),
    21: Bilingual("对方只发送了自己的证书，或签发者不受信任", "they send no chain, or its issuer is not trusted here"),
    62: Bilingual("证书不是签发给这个域名的：请核对 endpoint", "the certificate is for another host name: compare `endpoint`"),
    64: Bilingual(
        "证书不是签发给这个 IP 地址的：请在 endpoint 中使用域名",
        "the certificate is not for this IP address: use the name in `endpoint`",
    ),
}
no_department: Final = Sentence[str, object, str](
    "没有配置部门 {0}（{1}）；已有：{2}", "no department {0} is configured ({1}); there are: {2}"
)

# Its address, TLS and adapter looked at
unresolved: Final = Sentence[str](
    "域名 {0} 无法解析：请核对 endpoint 和 DNS", "the name {0} does not resolve: compare `endpoint`, see the DNS"
)
no_reply: Final = Sentence[str, float](
    "{0} 在 {1:g} 秒内没有应答：请查路由和防火墙", "{0} does not answer within {1:g} s: see routes and firewalls"
)
not_connected: Final = Sentence[str, str, Bilingual]("{0} 连接不上（{1}）：{2}", "{0} cannot be connected to ({1}): {2}")
connected: Final = Sentence[str]("{0} 已连通", "{0} answers")
opened: Final = Sentence[int]("已打开，接口约定可用，{0} 个操作", "opened, its contract can be used; operations: {0}")
unusable_contract: Final = Sentence[object]("插件中的接口约定不可用：{0}", "the contract in the plugin cannot be used: {0}")
no_agreement: Final = Sentence[str](
    "TLS 握手失败（{0}）：对方该端口可能不是 https", "no agreement on TLS ({0}): is it https that is spoken there?"
)
no_handshake: Final = Sentence[str]("TLS 握手没有完成（{0}）", "the TLS handshake does not end ({0})")
trusted: Final = Sentence[str, int](
    "证书受信任，域名相符，有效期至 {0}（还有 {1} 天）", "trusted, for this host, valid until {0} (days left: {1})"
)
untrusted: Final = Sentence[str]("证书不被信任（{0}）", "it is not trusted ({0})")
certificate_wanted: Final = Sentence[str](
    "对方要求客户端证书（{0}）：请在该部门的配置中设置 tls 的 certificate 与 key",
    "{0}: give certificate and key under `tls` in the department's configuration",
)
certificate_refused: Final = Sentence[str](
    "对方不接受本方证书（{0}）：请核对证书与对方登记的是否一致、是否由对方指定的 CA 签发",
    "{0}: compare our certificate with the one that they know, and its CA with the one that they ask for",
)
own_until: Final = {
    "certificate": Sentence[str]("；本方证书有效期至 {0}", "; our certificate until {0}"),
    "ca": Sentence[str]("；对方 CA有效期至 {0}", "; their CA until {0}"),
}

# One call
no_operation: Final = Sentence[str, str, str]("{0} 没有操作 {1}；有：{2}", "{0} has no operation {1}; there are: {2}")
request_refused: Final = Sentence[str]("请求有误，没有发送任何内容：{0}", "the request is not valid, nothing was sent:{0}")
go_on: Final = Sentence[str, str]("{0} 会在 {1} 产生办理结果。继续吗？", "{0} has an effect at {1}. Go on?")
not_confirmed: Final = Sentence[str, str](
    "{0} 会在 {1} 产生办理结果。没有发送任何内容；确需发送请加 --yes", "{0} has an effect at {1}. Nothing was sent; with --yes it is"
)
more_lines: Final = Sentence[int]("  … 另有 {0} 行（--json 显示全部）", "  … {0} more lines (--json shows all)")
may_repeat: Final = Sentence[str](
    "可用 --key {0} 重发，对方认得这个 key", "it may be repeated with --key {0}: the department recognises it"
)
ask_first: Final = Sentence[str]("重发前请先向对方查询 {0}", "ask the department about {0} before it is repeated")
never_repeat: Final = Sentence[str]("不得重发；请向对方核实 {0}", "never repeat it; ask the department what became of {0}")

# A secret rotated
no_secret: Final = Sentence[str, str, str]("{0} 没有密钥 {1}；有：{2}", "{0} has no secret {1}: {2}")
no_secret_before: Final = Sentence[str]("{0} 没有仍在接受的旧密钥", "no secret before {0} is taken")
change_over: Final = Sentence[str](
    "新密钥已就位，旧密钥仍可用于验证回调；请执行 gateway reload（每个节点），对方改用新密钥后：{0}",
    ("the new one is in place, callbacks by the one before are taken; on each node: gateway reload; once they changed over: {0}"),
)
unreadable_secret: Final = Sentence[object, str]("{0}：无法读取", "{0}: cannot be read ({1})")
empty_secret: Final = Sentence[object]("{0}：是空的", "{0}: is empty")


def error_words(
    error: DepartmentError, *, bug: str = "", secrets: Sequence[str] = (), name: str = "", clean: Callable[[str], str] = str
) -> str:
    """An error in words: which it is, its code and detail (through ``clean``), and what to do.

    ``bug`` is the place in the adapter where it went wrong. ``secrets`` are the names of the secrets of the department ``name``.
    """
    said = clean(f"{error.code}: {error.detail}" if error.detail else error.code)
    match error:
        case AuthFailed(code="tls_certificate"):
            zh, en = "AuthFailed，对方不接受本方的客户端证书", "AuthFailed, it does not take our client certificate"
            do_zh, do_en = (
                "请核对该部门配置中的 tls 及其证书文件",
                "compare `tls` in the department's configuration and the files that it names",
            )
        case AuthFailed():
            variables = "、".join(f"GATEWAY_{name.upper()}_{one.upper()}" for one in secrets)
            zh, en = "AuthFailed，对方拒绝了我们的凭据", "AuthFailed, it refuses our credentials"
            do_zh = f"请核对密钥（{variables}）、options 中的账号和本机时钟" if variables else "请核对 options 中的账号和本机时钟"
            ours = f"the secrets ({variables.replace('、', ', ')}), " if variables else ""
            do_en = f"compare {ours}the account in `options` and this machine's clock"
        case Busy(retry_after=wait):
            zh, en = "Busy，对方在应答但暂不受理", "Busy, it answers and takes nothing now"
            do_zh, do_en = f"请在 {wait:g} 秒后再试", f"try again after {wait:g} s"
        case Unavailable():
            zh, en = "Unavailable，对方没有受理（可确定）", "Unavailable, it has certainly done nothing"
            do_zh, do_en = "请稍后再试；一直如此时请核对 endpoint 并询问对方", "try later; if it stays so compare `endpoint` and ask them"
        case Invalid(code="adapter_error") | InDoubt(code="adapter_error" | "adapter_deadline"):
            zh, en = "适配器有缺陷", "a bug in the adapter"
            do_zh = f"请修改适配器{f'({bug})' if bug else ''}，并运行其一致性测试"
            do_en = f"correct it{f' ({bug})' if bug else ''} and run its conformance tests"
        case Invalid():
            zh, en = "Invalid，对方认为我们的请求不符合接口约定", "Invalid, it says that our request breaks its contract"
            do_zh = "请将插件 contract/ 中的接口约定与对方现行版本比对"
            do_en = "compare the contract in the plugin with the one they have now"
        case InDoubt(code="timeout" | "connection_lost" | "reply_truncated"):
            zh, en = "InDoubt，请求已发出而答复丢失，对方可能已处理", "InDoubt, the reply was lost: it may have been processed"
            do_zh = "请查对方的日志，以及中间的网络和 limits.deadline_seconds"
            do_en = "see their log, what is between, and limits.deadline_seconds"
        case InDoubt():
            zh, en = "InDoubt，有应答但不符合接口约定，对方可能已处理", "InDoubt, what came back proves nothing: it may have been processed"
            do_zh = "请核对 endpoint 的路径、接口版本，以及中间是否有代理或登录页"
            do_en = "compare the path in `endpoint`, the contract's version, and see whether a proxy or a login page is between"
        case _:
            zh, en, do_zh, do_en = "未知的错误", "an unknown error", "请查看日志", "see the log"
    return say(f"{zh}({said}):{do_zh}", f"{en} ({said}): {do_en}")
