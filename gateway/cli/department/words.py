"""The five errors in words for a person who tries a department out: their meaning, and the next thing to do."""

from __future__ import annotations

from collections.abc import Callable

from gateway.model.errors import AuthFailed, Busy, DepartmentError, InDoubt, Invalid, Unavailable


def error_words(
    error: DepartmentError, *, bug: str = "", secrets: tuple[str, ...] = (), name: str = "", clean: Callable[[str], str] = str
) -> tuple[str, str]:
    """Tell an error in Chinese and English: its kind, its code and detail (through ``clean``), and what to do.

    ``bug`` is the place of a bug in the adapter. ``secrets`` are the names of the secrets of the department ``name``.
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
    return f"{zh}({said}):{do_zh}", f"{en} ({said}): {do_en}"
