# ruff: noqa: E501 — a table, one line a position
"""Coded data of MARC21 by position: leader, 006, 007, 008. How to read the table: `catalog.marc.fixed`.

What 008 says from 18 to 34 of a kind of material, 006 says of an additional one from 1 to 17: it is declared once, as a block.
"""

from __future__ import annotations

import re
from typing import Final

from catalog.marc.fixed import Layout, read_layouts

_AUDIENCE = "# 未说明 | unknown; a 学龄前 | preschool; b 小学低年级 | primary; c 小学高年级 | pre-adolescent; d 青少年 | adolescent; e 成人 | adult; f 专业 | specialised; g 一般 | general; j 少儿 | juvenile"
_FORM = "# 以下皆非 | none of these; a 缩微胶卷 | microfilm; b 缩微平片 | microfiche; c 不透明缩微 | microopaque; d 大字 | large print; f 盲文 | braille; o 联机 | online; q 直接电子 | direct electronic; r 普通复制 | regular print reproduction; s 电子 | electronic"
_GOVERNMENT = "# 非政府出版物 | not a government publication; a 自治区 | autonomous; c 多地方 | multilocal; f 国家级 | national; i 政府间 | international; l 地方 | local; m 多省 | multistate; o 级别不定 | level undetermined; s 省级 | state; u 不详 | unknown; z 其他 | other"
_CONTENTS = "# 未说明 | not specified; a 文摘 | abstracts; b 书目 | bibliographies; c 目录 | catalogues; d 词典 | dictionaries; e 百科全书 | encyclopaedias; f 手册 | handbooks; g 法律文章 | legal articles; i 索引 | indexes; j 专利 | patents; k 唱片目录 | discographies; l 法规 | legislation; m 学位论文 | theses; n 文献综述 | surveys; o 书评 | reviews; p 程序化教材 | programmed texts; q 影片目录 | filmographies; r 名录 | directories; s 统计 | statistics; t 技术报告 | technical reports; u 标准 | standards; v 案例 | legal cases; w 判例汇编 | law reports; y 年鉴 | yearbooks; z 条约 | treaties; 2 抽印本 | offprints; 5 日历 | calendars; 6 漫画 | comics"
_YES_NO = "0 否 | no; 1 是 | yes"

_BLOCKS: Final = {
    "at": f"""
18 4x1 图表 | illustrations
  # 无图 | none; a 插图 | illustrations; b 地图 | maps; c 肖像 | portraits; d 航图 | charts; e 平面图 | plans; f 图版 | plates; g 乐谱 | music; h 摹真 | facsimiles; i 盾徽 | coats of arms; j 世系表 | genealogical tables; k 表格 | forms; l 样品 | samples; m 唱片 | phonodisc; o 照片 | photographs; p 彩饰 | illuminations
22 1 读者对象 | audience
  {_AUDIENCE}
23 1 载体形式 | form of item
  {_FORM}
24 4x1 内容性质 | nature of contents
  {_CONTENTS}
28 1 政府出版物 | government publication
  {_GOVERNMENT}
29 1 会议出版物 | conference publication
  {_YES_NO}
30 1 纪念文集 | festschrift
  {_YES_NO}
31 1 索引 | index
  {_YES_NO}
33 1 文学体裁 | literary form
  0 非小说 | not fiction; 1 小说 | fiction; d 戏剧 | dramas; e 散文 | essays; f 长篇小说 | novels; h 幽默讽刺 | humour; i 书信 | letters; j 短篇小说 | short stories; m 混合 | mixed; p 诗歌 | poetry; s 演说 | speeches; u 不详 | unknown
34 1 传记 | biography
  # 无传记 | none; a 自传 | autobiography; b 个人传记 | individual; c 合传 | collective; d 含传记资料 | holds biographical matter""",
    "s": f"""
18 1 频率 | frequency
  # 不定 | no determinable; a 年刊 | annual; b 双月刊 | bimonthly; c 半周刊 | semiweekly; d 日刊 | daily; e 双周刊 | biweekly; f 半年刊 | semiannual; g 双年刊 | biennial; h 三年刊 | triennial; i 一周三期 | three a week; j 旬刊 | three a month; k 持续更新 | continuously updated; m 月刊 | monthly; q 季刊 | quarterly; s 半月刊 | semimonthly; t 一年三期 | three a year; u 不详 | unknown; w 周刊 | weekly; z 其他 | other
19 1 规律 | regularity
  n 规范的不规则 | normalised irregular; r 规则 | regular; u 不详 | unknown; x 完全不规则 | completely irregular
21 1 类型 | type
  # 以下皆非 | none of these; d 更新数据库 | updating database; g 杂志 | magazine; h 博客 | blog; j 期刊 | journal; l 更新活页 | loose-leaf; m 丛编 | monographic series; n 报纸 | newspaper; p 期刊（旧） | periodical; r 资源库 | repository; s 通讯 | newsletter; t 名录 | directory; w 网站 | web site
22 1 原件形式 | form of original
  {_FORM}
23 1 载体形式 | form of item
  {_FORM}
24 1 全部内容性质 | nature of entire work
  {_CONTENTS}
25 3x1 内容性质 | nature of contents
  {_CONTENTS}
28 1 政府出版物 | government publication
  {_GOVERNMENT}
29 1 会议出版物 | conference publication
  {_YES_NO}
33 1 题名文字 | alphabet of title
  # 无 | none; a 基本罗马 | basic Roman; b 扩展罗马 | extended Roman; c 西里尔 | Cyrillic; d 日文 | Japanese; e 中文 | Chinese; f 阿拉伯 | Arabic; g 希腊 | Greek; h 希伯来 | Hebrew; i 泰文 | Thai; j 天城 | Devanagari; k 朝鲜文 | Korean; l 泰米尔 | Tamil; u 不详 | unknown; z 其他 | other
34 1 著录惯例 | entry convention
  0 首次 | successive; 1 最新 | latest; 2 集成 | integrated""",
    "m": f"""
22 1 读者对象 | audience
  {_AUDIENCE}
23 1 载体形式 | form of item
  # 未说明 | unknown; o 联机 | online; q 直接电子 | direct electronic
26 1 文件类型 | type of file
  a 数值 | numeric; b 程序 | program; c 图像 | representational; d 文档 | document; e 书目 | bibliographic; f 字库 | font; g 游戏 | game; h 声音 | sound; i 交互多媒体 | interactive multimedia; j 联机系统 | online system; m 混合 | combination; u 不详 | unknown; z 其他 | other
28 1 政府出版物 | government publication
  {_GOVERNMENT}""",
    "gkor": f"""
18 3 时长（分钟） | running time (minutes)
22 1 读者对象 | audience
  {_AUDIENCE}
28 1 政府出版物 | government publication
  {_GOVERNMENT}
29 1 载体形式 | form of item
  {_FORM}
33 1 资料类型 | type of visual material
  a 原作艺术 | art original; b 成套 | kit; c 复制艺术 | art reproduction; d 立体模型 | diorama; f 幻灯卷片 | filmstrip; g 游戏 | game; i 图片 | picture; k 图形 | graphic; l 工程图 | technical drawing; m 电影 | motion picture; n 图表 | chart; o 闪视卡片 | flash card; p 显微玻片 | microscope slide; q 模型 | model; r 实物 | realia; s 幻灯片 | slide; t 透明片 | transparency; v 录像 | videorecording; w 玩具 | toy; z 其他 | other
34 1 技术 | technique
  a 动画 | animation; c 动画与实景 | animation and live action; l 实景 | live action; n 不适用 | not applicable; u 不详 | unknown; z 其他 | other""",
    "cdij": f"""
18 2 体裁 | form of composition
20 1 乐谱格式 | format of music
  a 总谱 | full score; b 小总谱 | miniature score; c 伴奏谱 | accompaniment reduced; d 声乐谱 | vocal score; e 缩谱 | condensed score; g 合排谱 | close score; m 多种 | multiple formats; n 不适用（录音） | not applicable; u 不详 | unknown; z 其他 | other
21 1 分谱 | parts
  # 无 | none; d 器乐与声乐 | instrumental and vocal; e 器乐 | instrumental; f 声乐 | vocal; n 不适用 | not applicable; u 不详 | unknown
22 1 读者对象 | audience
  {_AUDIENCE}
23 1 载体形式 | form of item
  {_FORM}
33 1 移调 | transposition
  # 非移调 | not an arrangement; a 移调 | transposition; b 编曲 | arrangement; c 移调与编曲 | both; n 不适用 | not applicable; u 不详 | unknown""",
    "ef": f"""
18 4x1 地形 | relief
  # 无 | none; a 等高线 | contours; b 晕渲 | shading; c 分层设色 | tints; d 晕滃线 | hachures; e 水深 | bathymetry; g 测点高度 | spot heights; i 绘画式 | pictorially; z 其他 | other
25 1 地图类型 | type of map
  a 单幅地图 | single map; b 地图丛编 | map series; c 连续出版地图 | map serial; d 球仪 | globe; e 地图集 | atlas; f 附属地图 | supplement; g 合订地图 | bound with; u 不详 | unknown; z 其他 | other
28 1 政府出版物 | government publication
  {_GOVERNMENT}
29 1 载体形式 | form of item
  {_FORM}
31 1 索引 | index
  {_YES_NO}""",
    "p": f"""
23 1 载体形式 | form of item
  {_FORM}""",
}
_NAMES: Final = {
    "at": "图书 | books", "s": "连续性资源 | continuing resources", "m": "电子资源 | computer files",
    "gkor": "视觉资料 | visual materials", "cdij": "乐谱与录音 | music", "ef": "地图 | maps", "p": "混合资料 | mixed materials",
}  # fmt: skip

_008_HEAD: Final = """
0 6 入档日期（年月日） | date entered (YYMMDD)
6 1 日期类型 | type of date
  b 公元前 | BC date; c 连续出版，现行 | continuing, current; d 连续出版，停刊 | continuing, ceased; e 详细日期 | detailed date; i 文集起止年 | inclusive dates; k 文集主体年 | bulk dates; m 多个日期 | multiple dates; n 日期不明 | unknown; p 发行与制作日期 | distribution and production; q 有疑问的日期 | questionable; r 重印与原版 | reprint and original; s 单一日期 | single date; t 出版与版权日期 | publication and copyright; u 连续出版，情况不明 | continuing, status unknown
7 4 日期 1 | date 1
11 4 日期 2 | date 2
15 3 出版地代码 | place of publication
"""
_008_TAIL: Final = """
35 3 语种 | language
38 1 修改记录 | modified record
  # 未修改 | not modified; d 省略 | dashed-on; o 完全罗马化 | completely romanised; r 部分罗马化 | partly romanised; s 缩短 | shortened; x 缺字 | missing characters
39 1 编目来源 | cataloguing source
  # 国家书目机构 | national agency; c 合作编目 | cooperative programme; d 其他 | other; u 不详 | unknown
"""

_TABLE: Final = """
= LDR 24 头标区 | Leader
5 1 记录状态 | record status
  a 级别提升 | increase in level; c 修改过的记录 | corrected; d 删除的记录 | deleted; n 新记录 | new; p 由在版编目提升 | increase from prepublication
6 1 记录类型 | type of record
  a 语言资料 | language material; c 乐谱 | notated music; d 手稿乐谱 | manuscript music; e 地图 | cartographic; f 手稿地图 | manuscript cartographic; g 放映媒体 | projected medium; i 非音乐录音 | nonmusical recording; j 音乐录音 | musical recording; k 二维图形 | two-dimensional graphic; m 电子资源 | computer file; o 成套资料 | kit; p 混合资料 | mixed materials; r 三维制品 | object; t 手稿语言资料 | manuscript language material
7 1 书目级别 | bibliographic level
  a 专著组成部分 | monographic component; b 连续出版物组成部分 | serial component; c 合集 | collection; d 子单元 | subunit; i 集成性资源 | integrating; m 专著 | monograph; s 连续出版物 | serial
8 1 控制类型 | type of control
  # 未说明 | none; a 档案 | archival
9 1 字符编码 | character coding
  # MARC-8 | MARC-8; a Unicode | Unicode
17 1 编目等级 | encoding level
  # 完全级 | full; 1 完全级（未据原书） | full, not examined; 2 次级 | less than full; 3 简略级 | abbreviated; 4 核心级 | core; 5 部分级 | partial; 7 最低级 | minimal; 8 在版编目 | prepublication; u 不详 | unknown; z 不适用 | not applicable
18 1 著录格式 | descriptive form
  # 非 ISBD | non-ISBD; a AACR2 | AACR2; c ISBD 无标点 | ISBD punctuation omitted; i ISBD 有标点 | ISBD punctuation included; n 非 ISBD 无标点 | non-ISBD punctuation omitted; u 不详 | unknown
19 1 多部分级别 | multipart level
  # 不适用 | not applicable; a 成套 | set; b 有独立题名的部分 | part, independent title; c 无独立题名的部分 | part, dependent title
= 007:c 14 电子资源形态 | Electronic resource
1 1 载体 | carrier
  a 磁带盒 | tape cartridge; b 芯片盒 | chip cartridge; d 磁盘 | disc; f 磁带 | tape cassette; h 开盘磁带 | tape reel; j 软盘 | magnetic disk; k 卡片 | card; m 磁光盘 | magneto-optical disc; o 光盘 | optical disc; r 远程 | remote; u 不详 | unspecified; z 其他 | other
3 1 颜色 | colour
  a 单色 | one colour; b 黑白 | black and white; c 彩色 | multicoloured; g 灰度 | grey scale; m 混合 | mixed; n 不适用 | not applicable; u 不详 | unknown; z 其他 | other
4 1 尺寸 | dimensions
  a 3½ 英寸 | 3 1/2 in.; e 12 英寸 | 12 in.; g 4¾ 英寸（12 厘米） | 4 3/4 in. (12 cm); n 不适用 | not applicable; u 不详 | unknown; z 其他 | other
5 1 声音 | sound
  # 无声 | none; a 有声 | sound; u 不详 | unknown
= 007:t 2 文字资料形态 | Text
1 1 形式 | form
  a 普通印刷 | regular print; b 大字 | large print; c 盲文 | braille; d 活页 | loose-leaf; u 不详 | unspecified; z 其他 | other
= 007:s 14 录音形态 | Sound recording
1 1 载体 | carrier
  d 唱片或光盘 | sound disc; e 唱筒 | cylinder; g 循环磁带 | sound cartridge; i 电影声带 | film reel; q 纸卷 | roll; r 远程 | remote; s 盒式磁带 | cassette; t 开盘磁带 | tape reel; u 不详 | unspecified; w 钢丝 | wire; z 其他 | other
3 1 速度 | speed
  a 16 转 | 16 rpm; b 33⅓ 转 | 33 1/3 rpm; c 45 转 | 45 rpm; d 78 转 | 78 rpm; f 1.4 米/秒 | 1.4 m/s; l 4.75 厘米/秒 | 1 7/8 ips; n 不适用 | not applicable; u 不详 | unknown; z 其他 | other
4 1 声道 | channels
  m 单声道 | monaural; q 四声道 | quadraphonic; s 立体声 | stereophonic; u 不详 | unknown; z 其他 | other
6 1 尺寸 | dimensions
  a 3 英寸 | 3 in.; b 5 英寸 | 5 in.; c 7 英寸 | 7 in.; d 10 英寸 | 10 in.; e 12 英寸 | 12 in.; g 4¾ 英寸（12 厘米） | 4 3/4 in. (12 cm); j 盒带 | 3 7/8 x 2 1/2 in.; n 不适用 | not applicable; u 不详 | unknown; z 其他 | other
= 007:v 9 录像形态 | Videorecording
1 1 载体 | carrier
  c 录像带盒 | cartridge; d 光盘 | disc; f 盒式录像带 | cassette; r 开盘录像带 | reel; u 不详 | unspecified; z 其他 | other
3 1 颜色 | colour
  a 单色 | one colour; b 黑白 | black and white; c 彩色 | multicoloured; m 混合 | mixed; n 不适用 | not applicable; u 不详 | unknown; z 其他 | other
4 1 格式 | format
  a Beta | Beta; b VHS | VHS; c U-matic | U-matic; g 激光影碟 | laser disc; s 蓝光 | Blu-ray; u 不详 | unknown; v DVD | DVD; z 其他 | other
5 1 声音 | sound
  # 无声 | silent; a 声音在载体上 | on the medium; b 声音分离 | separate; u 不详 | unknown
= 007:h 13 缩微品形态 | Microform
1 1 载体 | carrier
  a 穿孔卡片 | aperture card; b 盒式缩微 | cartridge; c 缩微胶带盒 | cassette; d 开盘胶卷 | reel; e 缩微平片 | microfiche; f 盒装平片 | fiche cassette; g 不透明缩微 | microopaque; u 不详 | unspecified; z 其他 | other
"""
_OTHER_LENGTHS: Final = {"a": 8, "d": 6, "f": 10, "g": 9, "k": 6, "m": 23, "o": 2, "q": 2, "r": 11, "z": 2}


def _other_007() -> str:
    """007 of rarer materials: of the right length, and their characters are written freely."""
    return "".join(
        f"\n= 007:{kind} {length} 其他载体形态 | Other material\n1 1 载体 | carrier"
        for kind, length in _OTHER_LENGTHS.items()
    )


def _fixed_008() -> str:
    return "".join(
        f"\n= 008:{kinds}{'#' if kinds == 'at' else ''} 40 定长数据：{_NAMES[kinds].replace(' | ', ' | Fixed-length data: ')}"
        f"{_008_HEAD.rstrip()}{block}{_008_TAIL.rstrip()}"
        for kinds, block in _BLOCKS.items()
    )


def _fixed_006() -> str:
    return "".join(
        f"\n= 006:{kinds} 18 附加资料特征：{_NAMES[kinds].replace(' | ', ' | Additional material: ')}{_earlier(block)}"
        for kinds, block in _BLOCKS.items()
    )


def _earlier(block: str) -> str:
    return re.sub(r"^([0-9]+) ", lambda found: f"{int(found[1]) - 17} ", block, flags=re.MULTILINE)


MARC21_LAYOUTS: Final[tuple[Layout, ...]] = read_layouts(_TABLE.rstrip() + _other_007() + _fixed_008() + _fixed_006())
