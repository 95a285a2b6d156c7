"""The words for what is wrong with a MARC record: why one is kept aside, and what was put right in one that was read.

Codes are stable: reports, filters and tests of outside programs name them."""

from __future__ import annotations

from kernel.i18n import Text

_KEPT = Text(
    "原始数据已原样保存，可下载更正后再导入。",
    "Its bytes are kept as they came: download them, put them right and import again.",
)


def _kept_aside(zh: str, en: str) -> Text:
    return Text(f"{zh}{_KEPT.zh}", f"{en} {_KEPT.en}")


REJECTIONS: dict[str, Text] = {
    "record.cut": _kept_aside(
        "记录不完整：数据在中途断开，可能是导出或传输时被截断。请向数据来源重新索取。",
        "The record is cut off in the middle, as by a broken export or transfer. Ask its source for the file again.",
    ),
    "record.leader": _kept_aside(
        "这段数据没有头标区，不是一条完整的记录，可能是前一条记录的残段。",
        "These bytes have no leader and are no whole record; they may be a piece of the record before.",
    ),
    "record.junk": _kept_aside(
        "文件末尾有不属于任何记录的数据。",
        "There are bytes at the end of the file that belong to no record.",
    ),
    "record.too_long": _kept_aside(
        "超过{limit}字节仍没有记录结束符，无法作为一条记录读取。",
        "There is no record terminator within {limit} bytes, so this cannot be read as one record.",
    ),
    "record.empty": _kept_aside("记录没有任何字段。", "The record has no field at all."),
    "record.directory": _kept_aside(
        "目次区有误（{detail}），无法确定各字段的位置。请用编目软件重新导出这条记录。",
        "The directory is wrong ({detail}), so the fields cannot be told apart. Export this record again from the cataloguing system.",
    ),
    "record.tag": _kept_aside(
        "字段标识符“{name}”不是三位数字或大写字母。",
        "The tag “{name}” is not three digits or capital letters.",
    ),
    "record.two_001": _kept_aside(
        "记录有两个不同的001控制号，无法确定是哪一条。请保留正确的一个。",
        "The record has two different control numbers (001), so it is not clear which record it is. Keep the right one.",
    ),
    "record.field": _kept_aside(
        "{name}字段没有子字段分隔符，无法解析。",
        "Field {name} has no subfield delimiter and cannot be read.",
    ),
    "record.encoding": _kept_aside(
        "{name}字段的字符编码有误，不是有效的UTF-8、GB18030或MARC-8，为避免乱码未作猜测。请以UTF-8重新导出。",
        "The characters of field {name} are no valid UTF-8, GB18030 or MARC-8 and were not guessed. Export the record again in UTF-8.",
    ),
    "record.line": _kept_aside(
        "记录内第{line}行“{start}”既不以字段号开头，也不以空格开头（续行），无法确定属于哪个字段。",
        "Line {line} of the record, “{start}”, has neither a tag nor a blank (a field going on) before it: where it belongs is not clear.",
    ),
    "record.no_title": _kept_aside(
        "记录没有题名（CNMARC为200$a，MARC21为245$a）。请补上题名；如格式选错，请改用“自动识别”。",
        "The record has no title (200$a in CNMARC, 245$a in MARC21). Add one; if the format was chosen wrongly, use “auto”.",
    ),
    "record.not_bibliographic": _kept_aside(
        "这是馆藏记录或规范记录，不是书目记录，不能作为书目导入。",
        "This is a holdings or authority record, not a bibliographic one, and cannot be imported as a title.",
    ),
    "record.xml": _kept_aside(
        "这条记录的XML有误（{detail}）。",
        "The XML of this record is not well formed ({detail}).",
    ),
}

REPAIRS: dict[str, Text] = {
    "frame.separator": Text("记录之间有换行等空白，已略过", "line breaks or blanks between records skipped"),
    "frame.bom": Text("文件或记录前有字节顺序标记，已略过", "byte order mark skipped"),
    "frame.junk": Text("记录前有不属于记录的数据，已略过", "bytes before the record that belong to none skipped"),
    "frame.no_terminator": Text("缺少记录结束符，已补齐", "record terminator missing"),
    "frame.terminator_inside": Text("字段中混入记录结束符，已去除", "record terminator inside a field removed"),
    "leader.length": Text("头标区的记录长度不符，以实际为准", "record length in the leader was wrong"),
    "leader.base": Text("头标区的数据基地址不符，以实际为准", "base address in the leader was wrong"),
    "leader.map": Text("头标区的目次区结构说明不是“450”，按450读取", "entry map in the leader was not 450"),
    "leader.codes": Text("头标区有非法字符或代码，已按空白处理", "unknown codes in the leader"),
    "leader.missing": Text("缺少头标区或头标区不足24位，已补齐", "leader missing or short"),
    "leader.deleted": Text(
        "记录状态为“删除”，仍按普通记录导入，未删除任何数据", "status “deleted”: imported as usual, nothing was deleted"
    ),
    "directory.lengths": Text(
        "目次区的长度或位置不符，已按字段分隔符读取", "lengths in the directory were wrong, read by field terminators"
    ),
    "directory.orphan": Text(
        "有目次区未登记的字段，已略过（原始数据已保存）",
        "a field that the directory does not name left out (kept in the raw record)",
    ),
    "record.oversize": Text(
        "记录超过99999字节，已按字段分隔符读取", "record over 99,999 bytes, read by field terminators"
    ),
    "field.terminator": Text("字段分隔符缺失或混入字段中，已更正", "field terminator missing or inside a field"),
    "field.indicators": Text("指示符缺失或不是两位，已补齐", "indicators missing or not two"),
    "field.control": Text("控制字段中有子字段，已合并为文本", "subfields in a control field joined"),
    "field.empty": Text("空字段已略过", "empty field left out"),
    "field.subfield_code": Text("子字段代码缺失或不规范，已更正", "subfield code missing or odd"),
    "text.controls": Text("文字中的控制字符已去除", "control characters removed from the text"),
    "text.line_break": Text("字段中的换行已去除", "line breaks inside a field removed"),
    "text.bidi": Text("文字中的隐形控制符已去除", "invisible formatting characters removed"),
    "text.private_use": Text(
        "文字中有自造字（私用区字符），请核对", "private-use characters in the text: please check"
    ),
    "text.replacement": Text(
        "文字中已有替代符（原字已丢失），请核对", "replacement characters in the text: please check"
    ),
    "text.full_width": Text("全角数字或字母已转为半角", "full-width digits or letters folded"),
    "text.wide_blank": Text("全角空格已转为半角", "full-width blanks made plain ones"),
    "text.pinyin": Text("拼音（$9、$A 等）已与题名、责任者分开", "pinyin ($9, $A …) kept apart from titles and names"),
    "title.marks": Text("题名外的书名号《》已去掉", "title marks 《》 around a title taken off"),
    "name.from_statement": Text(
        "没有 7XX 责任者字段，已从责任说明（200$f、245$c）取出",
        "no name fields (7XX): names taken from the statement of responsibility",
    ),
    "year.era": Text(
        "民国、康熙等纪年或汉字年份已换算为公元", "years of an era (民国25年) or in Chinese numerals read"
    ),
    "year.decade": Text(
        "出版年不全（如“198-”），取其第一年", "years that name only a decade (198-): its first year taken"
    ),
    "price.divided": Text("全套定价已按册数平分", "prices of a set divided among its volumes"),
    "isbn.words": Text("ISBN 后的文字（如“精装”）已分开", "words behind an ISBN, such as (pbk.), kept apart"),
    "isbn.in_z": Text(
        "$z 里的 ISBN 是有效的：可以检索，不用来判定同一种书",
        "valid ISBNs in $z: found by readers, not used for matching",
    ),
    "class.list": Text("一个 690$a 里的几个分类号已分开", "several class numbers in one 690$a taken apart"),
    "text.combining": Text("游离的组合符号已去除", "stray combining mark removed"),
    "encoding.declared": Text("记录所声明的编码不符，按实际编码读取", "the encoding it declares was wrong"),
    "encoding.mixed": Text(
        "同一记录混用两种编码，已逐字段识别", "two encodings in one record, told apart field by field"
    ),
    "encoding.big5": Text("记录为Big5编码，已转换，请核对", "Big5 characters converted: please check"),
    "encoding.replaced": Text(
        "个别字符无法识别，以“�”代替，请核对", "characters that could not be read replaced by “�”: please check"
    ),
    "encoding.marks": Text("有附加符号没有对应字母，请核对", "diacritics that belong to no letter: please check"),
    "encoding.double": Text(
        "文字疑似经过两次编码（乱码），未作更改，请核对",
        "the text looks doubly encoded and was left as it is: please check",
    ),
    "text.export": Text(
        "记录是文本格式（一行一个字段），已按行读取", "records written out as text, a field a line, read by their lines"
    ),
    "xml.repaired": Text("XML中的非法字符或实体已更正", "characters or entities that XML forbids put right"),
}


def rejection(code: str, **values: object) -> Text:
    return REJECTIONS[code].format(**values)
