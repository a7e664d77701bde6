"""The texts that the checks of an application say to people, in Chinese and English.

A text tells what is expected and never repeats the value it complains about.
"""

from __future__ import annotations

from gateway.texts.refusals import Language

_TEXTS: dict[str, tuple[str, str]] = {
    # the document as JSON
    "json_syntax": ("不是有效的 JSON（第 {line} 行第 {column} 列）", "is not valid JSON (line {line}, column {column})"),
    "json_utf8": ("不是 UTF-8 编码（第 {byte} 字节）", "is not UTF-8 (byte {byte})"),
    "json_surrogate": ("含有不成对的代理字符", "holds a lone surrogate"),
    "json_duplicate": ("同一对象中重复出现", "appears more than once in the same object"),
    "json_number": (
        "数值超出安全范围（整数绝对值不超过 2^53-1；更精确的数值请用字符串）",
        "is outside the safe range (±(2^53-1)); write it as a string",
    ),
    "json_depth": ("嵌套超过 {limit} 层", "is nested deeper than {limit} levels"),
    "json_values": ("内容过多：值的总数超过 {limit} 个", "holds too much: more than {limit} values in all"),
    "json_members": ("同一对象的成员超过 {limit} 个", "has more than {limit} members in one object"),
    "json_name": ("含有超过 {limit} 个字符的成员名", "has a member whose name is longer than {limit} characters"),
    "json_object": ("应为 JSON 对象", "must be a JSON object"),
    # one value against the form
    "required": ("必填", "is required"),
    "unknown": ("不接受此字段", "is not a field of this form"),
    "unknown_unnamed": ("含有不接受的字段", "holds a field that is not part of this form"),
    "type": ("类型应为{types}", "must be {types}"),
    "enum": ("只能取以下值之一：{options}", "must be one of: {options}"),
    "const": ("只能为：{options}", "must be: {options}"),
    "minLength": ("至少 {limit} 个字符", "must have at least {limit} characters"),
    "maxLength": ("最多 {limit} 个字符", "must have at most {limit} characters"),
    "minItems": ("至少 {limit} 项", "must have at least {limit} items"),
    "maxItems": ("最多 {limit} 项", "must have at most {limit} items"),
    "minProperties": ("至少 {limit} 个字段", "must have at least {limit} fields"),
    "maxProperties": ("最多 {limit} 个字段", "must have at most {limit} fields"),
    "minimum": ("不得小于 {limit}", "must be at least {limit}"),
    "maximum": ("不得大于 {limit}", "must be at most {limit}"),
    "exclusiveMinimum": ("必须大于 {limit}", "must be more than {limit}"),
    "exclusiveMaximum": ("必须小于 {limit}", "must be less than {limit}"),
    "multipleOf": ("必须是 {multiple_of} 的整数倍", "must be a multiple of {multiple_of}"),
    "pattern": ("格式不符合要求", "does not have the expected form"),
    "pattern_hint": ("格式应为：{hint}", "must have this form: {hint}"),
    "uniqueItems": ("各项不得重复", "must not hold the same item twice"),
    "choice": ("应符合其中一种填写方式", "must fit exactly one of the ways to fill it in"),
    "other": ("不符合要求", "does not fit the form"),
    # the characters of a text
    "text_control": ("含有控制字符 {code}：请删除", "holds the control character {code}: delete it"),
    "text_line_break": (
        "含有换行符 {code}：单行栏目请写成一行，多行栏目请用普通换行 U+000A",
        "holds the line break {code}: write one line, or U+000A where several are meant",
    ),
    "text_invisible": (
        "含有看不见的字符 {code}（多为复制粘贴带入）：请删除后重新输入该处",
        "holds the character {code}, which cannot be seen and often comes with what is pasted: delete it and type that place again",
    ),
    "text_space": ("含有特殊空格 {code}：请改用普通空格 U+0020", "holds the unusual space {code}: write an ordinary one, U+0020"),
    "text_private": (
        "含有私用区字符 {code}，各系统含义不同：请改用标准汉字",
        "holds the private-use character {code}, which is another one in each system: write the standard character",
    ),
    "text_lost": (
        "含有占位字符 {code}，原来的字已丢失：请重新输入该字",
        "holds {code}, which stands for a character that was lost on the way: type that character again",
    ),
    "text_no_character": ("含有无效码位 {code}，不是字符：请删除", "holds {code}, which is no character: delete it"),
    "text_edge": ("首尾有空格 {code}：请删除", "begins or ends with a space ({code}): delete it"),
    "text_blank": ("只有空格 {code}：请填写内容，没有则不填此项", "holds nothing but spaces ({code}): fill it in, or leave the field out"),
    "text_name": ("有一个字段名{problem}", "has a field whose name {problem}"),
    # formats
    "cn-id-number": ("不是有效的公民身份号码（GB 11643，18 位）", "is not a valid ID number (GB 11643, 18 characters)"),
    "id_shape": ("公民身份号码应为 17 位数字加 1 位数字或大写字母 X", "must be 17 digits and a digit or an upper-case X (GB 11643)"),
    "id_date": ("公民身份号码中的出生日期不存在", "holds a date of birth that does not exist (GB 11643)"),
    "id_future": ("公民身份号码中的出生日期晚于今天", "holds a date of birth in the future (GB 11643)"),
    "id_resident": (
        "以 9 开头的是外国人永久居留身份证号码，不是公民身份号码：证件类型请选 553（事项接受时）",
        "begins with 9, as the number of a foreigner's permanent residence card does: give it with type 553, where the service takes it",
    ),
    "id_check_digit": ("公民身份号码的校验码不正确，请核对", "has a wrong check digit: compare it with the card (GB 11643)"),
    "id_other": ("5 至 20 位大写字母或数字", "5 to 20 upper-case letters or digits"),
    "cn-uscc": (
        "不是有效的统一社会信用代码（GB 32100，18 位大写）",
        "is not a valid unified social credit code (GB 32100, 18 upper-case characters)",
    ),
    "cn-uscc-legacy": (
        "不是统一社会信用代码（GB 32100，18 位大写）",
        "is not a unified social credit code (GB 32100, 18 upper-case characters)",
    ),
    "uscc_shape": (
        "统一社会信用代码应为 18 位：首位 1 至 9 或 A、N、Y，次位 1 至 9，再接 6 位数字和 10 位数字或大写字母（不含 I、O、S、V、Z）",
        "must be 18 characters (GB 32100): 1 to 9, A, N or Y, then 1 to 9, six digits, ten digits or capitals other than I, O, S, V, Z",
    ),
    "uscc_id_number": (
        "这是公民身份号码，应填单位的统一社会信用代码",
        "is a person's ID number: give the organisation's unified social credit code",
    ),
    "uscc_check_digit": (
        "统一社会信用代码的校验码不正确，请与证照核对",
        "has a wrong check character: compare it with the certificate (GB 32100)",
    ),
    "cn-resident-number": (
        "不是有效的外国人永久居留身份证号码（18 位，以 9 开头；2017 版为 3 位字母加 12 位数字）",
        "is not the number of a permanent residence card (18 characters beginning with 9; cards of 2017: 3 letters and 12 digits)",
    ),
    "resident_shape": (
        "永久居留身份证号码应为 18 位并以 9 开头（2017 版为 3 位大写字母加 12 位数字）",
        "must have 18 characters beginning with 9 (cards of 2017: 3 upper-case letters and 12 digits)",
    ),
    "resident_date": ("永久居留身份证号码中的出生日期不存在", "holds a date of birth that does not exist"),
    "resident_future": ("永久居留身份证号码中的出生日期晚于今天", "holds a date of birth in the future"),
    "resident_check_digit": ("永久居留身份证号码的校验码不正确，请核对", "has a wrong check digit: compare it with the card"),
    "cn-mobile": ("应为 11 位手机号码", "must be an 11-digit mobile number"),
    "cn-unit-number": ("应为 28 位不动产单元号", "must be a 28-character real-estate unit number"),
    "date": ("应为实际存在的日期，格式为 YYYY-MM-DD", "must be a day of the calendar, written YYYY-MM-DD"),
    "date-time": (
        "应为带时区的时间，如 2026-11-23T09:30:00+08:00",
        "must be a time with an offset, such as 2026-11-23T09:30:00+08:00 (RFC 3339)",
    ),
    "format": ("格式应为 {format}", "must have the format {format}"),
    # accepted, but worth a look
    "uscc_legacy": (
        "校验码与 GB 32100 不符：2016 年前发放的代码中有这样的，请与证照核对无误后提交",
        "has a check character that GB 32100 does not give: some codes issued before 2016 do. Compare it with the certificate",
    ),
    "charset": (
        "“{step}”的系统只能写 {charset}，没有第 {position} 个字符（{code}）：该步骤将转人工处理，请留意",
        "the system of “{step}” writes {charset}, which lacks character {position} ({code}): a person will have to deal with that step",
    ),
    "charset_composed": (
        "“{step}”的系统只能写 {charset}，没有第 {position} 个字符（{code}）：请改用预组合形式（Unicode NFC）重新输入",
        "the system of “{step}” writes {charset}, which lacks character {position} ({code}): type it composed (Unicode NFC)",
    ),
    # the envelope
    "service": ("没有这个事项，请见 /v1/services", "names no service of this centre: see /v1/services"),
    "service_other": ("应为事项 {code}", "must be the service {code}"),
    "channel": ("本事项不接受此办理形式，可选：{options}", "is not open for this service; choose one of: {options}"),
    # a late entry
    "late_future": ("递交时间晚于现在，请核对", "lies in the future: give the time at which it was handed in"),
    "late_old": ("只能补录最近 {days} 天内递交的办件", "lies more than {days} days back: nothing older is entered late"),
    "late_clerk": (
        "应为本组在用的窗口人员账号",
        "must be the login of an active account with the role clerk, of the same group as who files",
    ),
    "late_clerk_other": ("窗口人员只能以本人名义补录，也可不填", "must be your own login, or left out: a clerk says it in person"),
    "late_revision": (
        "补正不能补录：递交时间以首次申报为准",
        "is not taken with a revision: when the case was handed in stays as it was filed",
    ),
    # a revision
    "channel_other": (
        "应为 {channel}：办件的办理形式不变，也可不填",
        "must be {channel}, as it was filed: it stays the same, or leave it out",
    ),
    "another_person": (
        "申请人不能更换：与首次申报及上一版相比，姓名和证件只能更正其中一项；确为他人办理请撤回后另行申报",
        "would make it another person's: of name and ID document one may be corrected; for another person take it back and file anew",
    ),
    "not_asked": (
        "申请人的姓名和证件只能按补正要求更正，此项未要求更正",
        "may be corrected only where a department asks for it: none asks for this",
    ),
    "told": (
        "部门 {department} 已按原来的内容办理，且没有部门要求更正此项",
        "department {department} has acted on what was given before, and none asks for this to be corrected",
    ),
    # a step's request
    "decimal": ("应为十进制数，如 1200000.00", "must be a decimal number, such as 1200000.00"),
    "integer": ("应为整数", "must be an integer"),
    "request": ("不符合“{step}”的要求", "does not fit what “{step}” asks for"),
    "rule": ("无法据此判断“{rule}”是否满足", "leaves open whether the rule “{rule}” is kept"),
    "condition": ("无法据此判断“{step}”是否适用", "leaves open whether “{step}” applies"),
}

_TYPES: dict[str, tuple[str, str]] = {
    "object": ("对象", "an object"),
    "array": ("列表", "a list"),
    "string": ("文本", "a string"),
    "number": ("数值", "a number"),
    "integer": ("整数", "an integer"),
    "boolean": ("是或否（true/false）", "true or false"),
    "null": ("空值", "null"),
}


def say(key: str, language: Language, **values: object) -> str:
    """Give the text of that key. Raises KeyError if there is none."""
    return _TEXTS[key][language == "en"].format(**values)


def say_types(types: list[str], language: Language) -> str:
    """Name JSON types for people."""
    names = [_TYPES[name][language == "en"] for name in types]
    return (" or " if language == "en" else "或").join(names)
