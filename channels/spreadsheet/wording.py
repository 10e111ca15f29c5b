"""What can be wrong with a whole file or row, worded once in both languages."""

from domain.findings import Finding, FindingCode, Severity, quoted

Words = tuple[str, str]

TEMPLATE: Words = (
    "download the template and copy your columns under its headers",
    "请下载模板，把数据粘贴到对应表头下",
)

_SENTENCES: dict[str, tuple[FindingCode, str, str]] = {
    "no_file": (
        FindingCode.NOT_AN_ORDER,
        "the file {value} can't be opened; check its name and rights",
        "无法打开文件 {value}；请检查文件名和权限",
    ),
    "empty": (
        FindingCode.NOT_AN_ORDER,
        "the file {value} is empty; save it again and send it once more",
        "文件 {value} 为空；请重新保存后再发送",
    ),
    "too_big": (
        FindingCode.TOO_LONG,
        "the file {value} is larger than allowed{hint}; split it",
        "文件 {value} 超过允许的大小{hint}；请拆分后再导入",
    ),
    "bomb": (
        FindingCode.TOO_LONG,
        "the workbook {value} unpacks to far more than its size allows{hint}; save it as csv",
        "工作簿 {value} 解压后过大{hint}；请另存为 csv",
    ),
    "too_many_rows": (
        FindingCode.TOO_LONG,
        "the sheet {value} has more rows than allowed{hint}; split the file",
        "工作表 {value} 的行数超过上限{hint}；请拆分文件",
    ),
    "too_many_columns": (
        FindingCode.TOO_LONG,
        "the sheet {value} has more columns than allowed{hint}; delete those that are no use",
        "工作表 {value} 的列数超过上限{hint}；请删除无用的列",
    ),
    "damaged": (
        FindingCode.NOT_AN_ORDER,
        "the workbook {value} is damaged or cut short{hint}; "
        "open it in a spreadsheet program, save it and send it again",
        "工作簿 {value} 已损坏或不完整{hint}；请用表格软件打开并重新保存后再发送",
    ),
    "locked": (
        FindingCode.NOT_AN_ORDER,
        "the workbook {value} is protected by a password; save it without one",
        "工作簿 {value} 有密码保护；请去除密码后保存",
    ),
    "unknown_format": (
        FindingCode.NOT_AN_ORDER,
        "the file {value} is neither xlsx, xls, csv nor tsv; save it as one of them",
        "文件 {value} 不是 xlsx、xls、csv 或 tsv；请另存为其中一种格式",
    ),
    "no_header": (
        FindingCode.NOT_AN_ORDER,
        "no header row with an order number was found in {value}{hint}; "
        f"{TEMPLATE[0]}, or save a column mapping",
        f"在 {{value}} 中找不到含订单号的表头{{hint}}；{TEMPLATE[1]}，或保存列对应关系",
    ),
    "no_lines": (
        FindingCode.NOT_AN_ORDER,
        "{value} holds orders but no order lines (SKU, quantity, price); "
        "give the file with the lines together with it",
        "{value} 只有订单，没有订单行（SKU、数量、价格）；请与订单行文件一起导入",
    ),
    "no_rows": (
        FindingCode.NOT_AN_ORDER,
        "{value} has a header but no order below it",
        "{value} 只有表头，没有订单",
    ),
    "hidden_sheet": (
        FindingCode.NOT_AN_ORDER,
        "the hidden sheet {value} was skipped; show it if its orders are meant to be imported",
        "已跳过隐藏的工作表 {value}；如需导入请取消隐藏",
    ),
    "unused_sheet": (
        FindingCode.NOT_AN_ORDER,
        "{value} was not used{hint}",
        "未使用 {value}{hint}",
    ),
    "no_order_id": (
        FindingCode.REQUIRED,
        "order_id is missing in {value}; give every order its number{hint}",
        "{value} 缺少订单号；请为每个订单填写编号{hint}",
    ),
    "orphan_line": (
        FindingCode.NOT_AN_ORDER,
        "{value} belongs to an order that is not in the file{hint}; add the order or remove it",
        "{value} 所属的订单不在文件中{hint}；请补充订单或删除该行",
    ),
    "order_too_long": (
        FindingCode.TOO_LONG,
        "order {value} has more rows than one order may have{hint}; "
        "check that the order number column is the right one",
        "订单 {value} 的行数过多{hint}；请检查订单号列是否正确",
    ),
    "open_quote": (
        FindingCode.BAD_VALUE,
        "{value} can't be read: a quotation mark is not closed or a cell is too long; correct it",
        "{value} 无法读取：引号未闭合或单元格过长；请更正",
    ),
    "shifted": (
        FindingCode.BAD_VALUE,
        "{value} has more cells than the header has columns{hint}; "
        "put text that contains the separator in quotation marks",
        "{value} 的单元格多于表头列数{hint}；含分隔符的文字请加引号",
    ),
    "disagree": (
        FindingCode.BAD_VALUE,
        "the rows of this order disagree on {value}{hint}; make them the same, "
        "or give each order its own number",
        "同一订单的各行在 {value} 上不一致{hint}；请改为一致，或使用不同订单号",
    ),
    "lost_digits": (
        FindingCode.BAD_VALUE,
        "{value} has lost its last digits, as spreadsheets do to long numbers{hint}; "
        "format the column as text and enter it again",
        "{value} 的末位数字已被表格软件丢失{hint}；请将该列设为文本格式后重新填写",
    ),
    "ambiguous_date": (
        FindingCode.BAD_DATE,
        "{value} may be read day first or month first and nothing in the file tells{hint}; "
        "write dates like 2026-11-03, or say which when importing (dmy or mdy)",
        "{value} 无法判断日、月顺序{hint}；请写成 2026-11-03，或导入时指定 dmy 或 mdy",
    ),
    "no_currency": (
        FindingCode.BAD_CURRENCY,
        "the file names no currency; add a column currency or import it with --currency EUR",
        "文件未注明币种；请增加“币种”列，或导入时指定 --currency CNY",
    ),
    "credit_note": (
        FindingCode.NOT_AN_ORDER,
        "this is a credit note or return, not an order{hint}; book it on the order it belongs to",
        "这是退款单或退货记录，不是订单{hint}；请在原订单上处理",
    ),
    "adjustment": (
        FindingCode.NOT_AN_ORDER,
        "this is a stock adjustment without a price, not an order{hint}; nothing is to be done",
        "这是无价格的库存调整，不是订单{hint}；无需处理",
    ),
    "broken_text": (
        FindingCode.BAD_VALUE,
        "{value} holds characters that were lost when the file was saved{hint}; "
        "look it up and correct it",
        "{value} 含有保存文件时丢失的字符{hint}；请核对并更正",
    ),
    "formula": (
        FindingCode.REQUIRED,
        "{value} shows nothing, and the workbook holds formulas that were never worked out{hint}; "
        "open it in a spreadsheet program, save it and send it again",
        "{value} 为空，且工作簿含有未计算的公式{hint}；请用表格软件打开并保存后再发送",
    ),
    "error_cell": (
        FindingCode.BAD_VALUE,
        "{value} is a formula's error{hint}; correct the formula or type the value",
        "{value} 是公式错误{hint}；请更正公式或直接填写数值",
    ),
    "merged_rows": (
        FindingCode.BAD_VALUE,
        "{value} is merged over several rows, of which only the first holds the value{hint}; "
        "unmerge it and fill in every row",
        "{value} 合并了多行，只有第一行含有数值{hint}；请取消合并并逐行填写",
    ),
    "no_address_columns": (
        FindingCode.REQUIRED,
        "shipping_address is incomplete: this report has no column for {value}; "
        "read it from the shop before anything is shipped",
        "收货地址不完整：报表没有 {value} 列；发货前请在店铺后台核对",
    ),
    "memory": (
        FindingCode.TOO_LONG,
        "reading the file {value} took more memory than allowed{hint}; save it as csv or split it",
        "读取文件 {value} 超出内存限制{hint}；请另存为 csv 或拆分文件",
    ),
    "time": (
        FindingCode.TOO_LONG,
        "reading the file {value} took longer than allowed{hint}; split it",
        "读取文件 {value} 超出时间限制{hint}；请拆分文件",
    ),
    "died": (
        FindingCode.NOT_AN_ORDER,
        "reading the file {value} broke off{hint}; import it again, or save it as csv",
        "读取文件 {value} 中断{hint}；请重新导入，或另存为 csv",
    ),
}


def problem(
    kind: str,
    value: object = "",
    field: str = "",
    hint: Words = ("", ""),
    severity: Severity = "error",
) -> Finding:
    """Word one of the problems above; `value` is a file, a place or what was there."""
    code, english, chinese = _SENTENCES[kind]
    shown = quoted(value)
    return Finding(
        field=field,
        code=code,
        message_en=english.format(value=shown, hint=hint[0]),
        message_zh=chinese.format(value=shown, hint=hint[1]),
        severity=severity,
    )


def at_row(sheet: str, row: int, column: str = "") -> Words:
    """Say where in a file something is, to be put behind a sentence."""
    english, chinese = (f", column {column}", f"“{column}”列") if column else ("", "")
    return f" ({sheet}, row {row}{english})", f"（{sheet} 第 {row} 行{chinese}）"


def more_than(limit: int) -> Words:
    """Name a limit that was passed, to be put into a sentence."""
    return f" (more than {limit})", f"（超过 {limit}）"


def with_place(finding: Finding, place: Words) -> Finding:
    """Put a place behind both sentences of a finding."""
    english, chinese = finding.message_en + place[0], finding.message_zh + place[1]
    return finding.model_copy(update={"message_en": english, "message_zh": chinese})
