# ruff: noqa: E501 — a table, one line a position
"""Coded data of CNMARC by position. How to read the table: `catalog.marc.fixed`."""

from __future__ import annotations

from typing import Final

from catalog.marc.fixed import Layout, read_layouts

_TABLE: Final = """
= LDR 24 头标区 | Leader
5 1 记录状态 | record status
  c 修改过的记录 | corrected; d 删除的记录 | deleted; n 新记录 | new; o 曾作为上级的记录 | previously issued at a higher level; p 曾是不完整的记录 | previously incomplete
6 1 记录类型 | type of record
  a 文字资料印刷品（图书、期刊） | printed text; b 文字资料手稿 | manuscript text; c 乐谱印刷品 | printed music; d 乐谱手稿 | manuscript music; e 测绘资料印刷品 | printed maps; f 测绘资料手稿 | manuscript maps; g 放映和视频资料 | projected and video; i 非音乐录音 | spoken recordings; j 音乐录音 | music recordings; k 二维图形 | two-dimensional graphics; l 电子资源 | electronic resources; m 多媒体 | multimedia; r 三维制品与实物 | objects
7 1 书目级别 | bibliographic level
  a 分析级（单篇） | analytic; c 合集 | collection; i 集成性资源 | integrating; m 专著 | monograph; s 连续出版物 | serial
8 1 层次等级 | hierarchical level
  # 层次关系未定 | undefined; 0 无层次关系 | none; 1 最高层 | highest; 2 最高层以下 | below the highest
17 1 编目等级 | encoding level
  # 完全级（据原书） | full; 1 次级 1（未据原书） | sublevel 1; 2 次级 2（在版编目） | sublevel 2; 3 次级 3（未完成） | sublevel 3
18 1 著录格式 | descriptive form
  # 完全符合 ISBD | full ISBD; i 部分符合 ISBD | partial ISBD; n 不按 ISBD | not ISBD
= 100$a 36 一般处理数据 | General processing data
0 8 入档日期（年月日） | date entered (YYYYMMDD)
8 1 出版时间类型 | type of date
  a 连续出版物，现行 | serial, current; b 连续出版物，停刊 | serial, ceased; c 连续出版物，情况不明 | serial, status unknown; d 专著，一次或一年内出全 | monograph, complete; e 复制本 | reproduction; f 日期不确定 | date uncertain; g 专著，出版超过一年 | monograph, more than a year; h 有出版日期与版权日期 | publication and copyright dates; i 有发行日期与制作日期 | release and production dates; j 有详细出版日期 | detailed date; u 日期不明 | unknown
9 4 出版年 1 | date 1
13 4 出版年 2 | date 2
17 3x1 读者对象 | audience
  # 无 | none; a 青少年（一般） | juvenile, general; b 学龄前儿童 | pre-school; c 小学生 | primary; d 少年 | children 9-14; e 青年 | young adult; k 成人（研究） | adult, serious; m 成人（一般） | adult, general; u 不详 | unknown
20 1 政府出版物 | government publication
  a 国家级 | national; b 省级 | state; c 县级 | county; d 地方级 | local; e 跨地区 | inter-territorial; f 政府间 | intergovernmental; g 流亡政府 | in exile; h 级别不定 | level undetermined; u 不详 | unknown; y 非政府出版物 | not a government publication; z 其他 | other
21 1 修改记录 | modified record
  0 未修改 | not modified; 1 修改过 | modified
22 3 编目语种 | language of cataloguing
25 1 音译代码 | transliteration
  a ISO 音译方案 | ISO scheme; b 其他音译方案 | other scheme; c 多种音译方案 | several schemes; y 不用音译 | none
26 2x2 字符集 | character set
  01 基本拉丁（GB/T 1988） | ISO 646; 02 基本西里尔 | basic Cyrillic; 03 扩展拉丁 | extended Latin; 04 扩展西里尔 | extended Cyrillic; 05 希腊 | Greek; 20 汉字（GB 2312） | GB 2312; 21 汉字辅助集 | supplementary Han; 50 Unicode（ISO 10646） | Unicode
30 2x2 补充字符集 | additional character set
  ## 无 | none; 02 基本西里尔 | basic Cyrillic; 03 扩展拉丁 | extended Latin; 05 希腊 | Greek; 21 汉字辅助集 | supplementary Han
34 2 题名文字 | script of the title
  ba 拉丁文 | Latin; ca 西里尔文 | Cyrillic; da 日文 | Japanese; db 日文汉字 | Japanese, kanji; dc 日文假名 | Japanese, kana; ea 中文 | Chinese; eb 中文汉字 | Chinese, Han; ec 中文注音 | Chinese, phonetic; fa 阿拉伯文 | Arabic; ga 希腊文 | Greek; ha 希伯来文 | Hebrew; ia 泰文 | Thai; ja 天城文 | Devanagari; ka 朝鲜文 | Korean; la 泰米尔文 | Tamil; zz 其他 | other
= 105$a 13 图书编码数据 | Coded data: books
0 4x1 图表 | illustration
  # 无需代码 | none needed; a 插图 | illustrations; b 地图 | maps; c 肖像 | portraits; d 航行图 | charts; e 设计图 | plans; f 图版 | plates; g 乐谱 | music; h 摹真 | facsimiles; i 盾徽 | coats of arms; j 世系表 | genealogical tables; k 表格 | forms; l 样品 | samples; m 录音 | sound recordings; n 透明图片 | transparencies; o 彩饰 | illuminations; y 无图 | no illustrations
4 4x1 内容特征 | form of contents
  # 无需代码 | none needed; a 书目 | bibliography; b 目录 | catalogue; c 索引 | index; d 文摘 | abstracts; e 字典词典 | dictionary; f 百科全书 | encyclopaedia; g 名录 | directory; h 项目说明 | project description; i 统计资料 | statistics; j 程序化教材 | programmed text; k 专利 | patent; l 标准 | standard; m 学位论文 | thesis; n 法律法规 | laws; o 数表 | numeric table; p 技术报告 | technical report; q 试题 | examination papers; r 评论 | review; s 条约 | treaty; t 漫画 | comics; v 学位论文（修订） | revised thesis; w 宗教文献 | religious texts; z 其他 | other
8 1 会议录 | conference
  0 非会议出版物 | no; 1 会议出版物 | yes
9 1 纪念文集 | festschrift
  0 非纪念文集 | no; 1 纪念文集 | yes
10 1 索引 | index
  0 无索引 | none; 1 有索引 | has an index
11 1 文学体裁 | literary form
  a 小说 | fiction; b 戏剧 | drama; c 散文 | essays; d 幽默讽刺 | humour; e 书信 | letters; f 短篇小说 | short stories; g 诗词 | poetry; h 演说 | speeches; y 非文学作品 | not literature; z 多种体裁 | several forms
12 1 传记 | biography
  a 自传 | autobiography; b 个人传记 | biography of one; c 集体传记 | collected biography; d 含传记资料 | holds biographical matter; y 非传记 | not biography
= 106$a 1 文字资料形态特征 | Form of text
0 1 物理形态 | physical medium
  d 大型印刷品（大于 35 厘米） | large (over 35 cm); e 报纸形式 | newspaper; f 盲文 | braille; g 微型印刷品 | micro-print; h 手写本 | handwritten; i 多载体 | multimedia; j 小型印刷品（小于 5 厘米） | mini-print; r 普通印刷品 | regular print; s 电子资源 | electronic; t 缩微品 | microform; z 其他 | other
= 110$a 11 连续出版物编码数据 | Coded data: serials
0 1 类型 | type
  a 期刊 | periodical; b 丛编 | monographic series; c 报纸 | newspaper; e 活页更新 | loose-leaf; f 数据库 | database; g 网站 | web site; z 其他 | other
1 1 出版频率 | frequency
  # 无 | none; a 日刊 | daily; b 半周刊 | semi-weekly; c 周刊 | weekly; d 双周刊 | biweekly; e 半月刊 | semi-monthly; f 月刊 | monthly; g 双月刊 | bimonthly; h 季刊 | quarterly; i 一年三期 | three a year; j 半年刊 | semi-annual; k 年刊 | annual; l 双年刊 | biennial; m 三年刊 | triennial; n 一周三期 | three a week; o 旬刊 | three a month; u 不详 | unknown; y 不定期 | irregular; z 其他 | other
2 1 出版规律 | regularity
  a 定期 | regular; b 可预测的不定期 | normalised irregular; u 不详 | unknown; y 不定期 | irregular
3 1 资料类型 | type of material
  # 无 | none; a 书目 | bibliography; b 目录 | catalogue; c 索引 | index; d 文摘 | abstracts; e 字典词典 | dictionary; f 百科全书 | encyclopaedia; g 名录 | directory; h 年鉴 | yearbook; i 统计资料 | statistics; n 法律法规 | laws; r 评论 | review; z 其他 | other
4 3x1 内容特征 | nature of contents
  # 无 | none; a 书目 | bibliography; b 目录 | catalogue; c 索引 | index; d 文摘 | abstracts; e 字典词典 | dictionary; f 百科全书 | encyclopaedia; g 名录 | directory; h 年鉴 | yearbook; i 统计资料 | statistics; n 法律法规 | laws; r 评论 | review; z 其他 | other
7 1 会议录 | conference
  0 非会议出版物 | no; 1 会议出版物 | yes
8 1 题名页获得情况 | title page
  a 单期附有 | in last issue, loose; b 随刊 | in last issue, attached; c 下卷首期，散页 | in next volume, loose; d 下卷首期，装订 | in next volume, attached; x 无 | none; u 不详 | unknown; y 不适用 | not applicable; z 其他 | other
9 1 索引获得情况 | index
  a 逐期附有 | in each issue, loose; b 卷末期，散页 | in last issue, loose; c 卷末期，装订 | in last issue, attached; x 无 | none; u 不详 | unknown; y 不适用 | not applicable; z 其他 | other
10 1 累积索引 | cumulative index
  0 无 | none; 1 有 | yes
= 135$a 13 电子资源编码数据 | Coded data: electronic resources
0 1 类型 | type
  a 数值 | numeric; b 程序 | program; c 图像 | representational; d 文本 | text; e 书目 | bibliographic; f 字库 | font; g 游戏 | game; h 声音 | sounds; i 交互式多媒体 | interactive multimedia; j 联机系统 | online system; u 不详 | unknown; v 混合 | combination; z 其他 | other
1 1 载体 | medium
  a 软盘盒 | disk cartridge; b 磁带 | magnetic tape; c 盒式磁带 | tape cassette; j 软盘 | diskette; o 光盘 | optical disc; r 联机 | online; u 不详 | unknown; z 其他 | other
2 1 颜色 | colour
  a 单色 | one colour; b 黑白 | black and white; c 彩色 | multicoloured; g 灰度 | grey scale; m 混合 | mixed; n 不适用 | not applicable; u 不详 | unknown; z 其他 | other
3 1 尺寸 | dimensions
  a 3.5 英寸 | 3.5 in.; e 12 英寸 | 12 in.; g 12 厘米（光盘） | 12 cm; n 不适用 | not applicable; u 不详 | unknown; z 其他 | other
4 1 声音 | sound
  # 无声 | none; a 有声 | sound; u 不详 | unknown
= 115$a 15 投影、录像与电影编码数据 | Coded data: projections, video, film
0 1 类型 | type
  a 电影 | motion picture; b 投影资料 | visual projection; c 录像 | videorecording
1 3 时长（分钟） | length (minutes)
4 1 颜色 | colour
  a 黑白 | black and white; b 彩色 | multicoloured; c 混合 | combined; u 不详 | unknown; z 其他 | other
5 1 声音 | sound
  a 有声 | on the medium; b 另附声音 | separate sound; y 无声 | silent; u 不详 | unknown
= 126$a 15 录音形态编码数据 | Coded data: form of recordings
0 1 出版形式 | form of release
  a 唱片 | disc; b 开盘磁带 | reel; c 盒式磁带 | cassette; d 循环磁带 | cartridge; h 唱筒 | cylinder; x 多种 | several; u 不详 | unknown; z 其他 | other
1 1 速度 | speed
  a 16 转 | 16 rpm; b 33⅓ 转 | 33⅓ rpm; c 45 转 | 45 rpm; d 78 转 | 78 rpm; f 1.4 米/秒 | 1.4 m/s; o 4.8 厘米/秒 | 4.75 cm/s; x 多种 | several; u 不详 | unknown; z 其他 | other
2 1 声道 | kind of sound
  a 单声道 | mono; b 立体声 | stereo; c 四声道 | quadraphonic; x 多种 | several; u 不详 | unknown; z 其他 | other
= 140$a 28 古籍编码数据：通用 | Coded data: rare books, general
0 4x1 图 | illustration
  # 无需代码 | none needed; a 木刻 | woodcuts; b 铜版 | copper engravings; c 地图 | maps; d 肖像 | portraits; f 图版 | plates; y 无图 | none; z 其他 | other
"""

CNMARC_LAYOUTS: Final[tuple[Layout, ...]] = read_layouts(_TABLE)
