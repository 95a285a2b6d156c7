# ruff: noqa: E501 — a table, one line a field
"""The fields of CNMARC (GB/T 33286-2016, the UNIMARC family) that libraries use. How to read the table: `catalog.marc.tags`.

`$9` holds the pinyin of a title or name in newer records; older ones have the upper-case letter beside the subfield it spells ($A of $a).
"""

from __future__ import annotations

from typing import Final

from catalog.marc.tags import Rules, read_rules

_TABLE: Final = """
001 记录标识号 | Record identifier
005 记录处理时间标识 | Version identifier
010* 国际标准书号（ISBN） | International Standard Book Number
  $ a 号码 | number; b 装订 | binding; d* 获得方式和定价 | availability and price; z* 错误的号码 | wrong number
011* 国际标准连续出版物号（ISSN） | International Standard Serial Number
  $ a 号码 | number; b 限定 | qualification; d* 获得方式和定价 | availability and price; f ISSN-L | linking ISSN; y* 注销的号码 | cancelled number; z* 错误的号码 | wrong number
013* 国际标准音乐作品号（ISMN） | International Standard Music Number
  = 010
016* 国际标准音像制品号（ISRC） | International Standard Recording Code
  = 010
020* 国家书目号 | National bibliography number
  $ a 国家代码 | country; b 号码 | number; z* 错误的号码 | wrong number
021* 版权登记号 | Legal deposit number
  = 020
022* 政府出版物号 | Government publication number
  = 020
040* CODEN | CODEN
  $ a 号码 | number; z* 错误的号码 | wrong number
071* 出版者号（音像与乐谱） | Publisher's number (recordings and music)
  1: 0 录音制品发行号 | sound recording: issue number; 1 录音制品模板号 | sound recording: matrix number; 2 乐谱图版号 | plate number; 3 乐谱其他出版号 | other music number; 4 录像制品出版号 | video recording number; 5 其他出版号 | other number; 6 电子资源号 | electronic resource number
  2: 0 不作附注 | make no note; 1 作附注 | make a note
  $ a 号码 | number; b 来源 | source; c 限定 | qualification; d 获得方式和定价 | availability and price; z* 错误的号码 | wrong number
091* 统一书刊号 | Unified book number (before ISBN)
  $ a 号码 | number; b 装订 | binding; d 获得方式和定价 | availability and price; z* 错误的号码 | wrong number
092* 订购号 | Order number
  $ a 国家代码 | country; b 号码 | number; z* 错误的号码 | wrong number
094* 标准号 | Standard number
  $ a 国家代码 | country; b 号码 | number; z* 错误的号码 | wrong number
099* 其他系统号 | Number in another system
  $ a 来源 | source; b 号码 | number; f 时间 | time
100! 一般处理数据 | General processing data
  $ a! 一般处理数据（36 位） | general processing data (36 characters)
101~ 文献语种 | Language
  1: 0 原作 | original; 1 译作 | translation; 2 含译文（提要除外） | holds translations other than abstracts
  $ a* 正文语种 | of the text; b* 中间语种 | of the intermediate text; c* 原作语种 | of the original; d* 提要语种 | of the abstract; e* 目次语种 | of the contents; f* 题名页语种 | of the title page; g 正题名语种 | of the title proper; h* 歌词语种 | of the libretto; i* 附件语种 | of accompanying matter; j* 字幕语种 | of the subtitles
102~ 出版国或地区 | Country of publication
  $ a* 国家或地区代码 | country code; b* 出版地区代码 | locality code; c* 国际标准地区代码 | ISO locality code
105 图书编码数据 | Coded data: books
  $ a! 编码数据（13 位） | coded data (13 characters)
106 文字资料形态特征编码数据 | Coded data: form of text
  $ a! 文献物理形态 | physical medium
110 连续出版物编码数据 | Coded data: serials
  $ a! 编码数据（11 位） | coded data (11 characters)
115* 投影、录像与电影编码数据 | Coded data: projections, video, film
  $ a 一般数据（15 位） | general data (15 characters); b 档案数据 | archival data
116* 图片编码数据 | Coded data: graphics
  $ a 编码数据 | coded data
117* 三维制品编码数据 | Coded data: objects
  = 116
120 地图资料编码数据：一般 | Coded data: maps, general
  = 116
121 地图资料编码数据：形态 | Coded data: maps, physical form
  $ a 一般形态 | general; b* 遥感 | remote sensing
122* 文献内容涵盖期间 | Period covered
  1: 0 单一日期 | a single date; 1 多个日期 | several dates; 2 日期范围 | a range of dates
  $ a* 期间 | period
123* 地图比例尺与坐标 | Scale and coordinates
  1: 0 比例尺不定 | indeterminable scale; 1 单一比例尺 | one scale; 2 多种比例尺 | several scales; 3 比例尺范围 | a range of scales
  2: 0 不用 | not used; 1 外环 | outer ring; 2 内环 | exclusion ring
  $ a 比例尺类型 | type of scale; b* 水平比例尺 | horizontal scale; c* 垂直比例尺 | vertical scale; d 最西经度 | west; e 最东经度 | east; f 最北纬度 | north; g 最南纬度 | south
125 录音与乐谱编码数据 | Coded data: recordings and scores
  $ a 乐谱形式 | format of music; b 文字资料类型 | kind of text
126 录音形态编码数据 | Coded data: form of recordings
  $ a 一般数据（15 位） | general data (15 characters); b 详细数据 | further data
127 播放时间 | Duration
  $ a* 时间（时分秒 6 位） | hours, minutes, seconds (6 characters)
128* 音乐演奏与总谱 | Music performances and scores
  $ a 作品体裁 | form of work; b* 合奏乐器 | ensemble; c* 独奏乐器 | soloists; d 调性 | key
130* 缩微制品编码数据 | Coded data: microforms
  = 116
135* 电子资源编码数据 | Coded data: electronic resources
  $ a! 编码数据（13 位） | coded data (13 characters)
140 古籍编码数据：通用 | Coded data: rare books, general
  $ a! 编码数据（28 位） | coded data (28 characters)
141* 古籍编码数据：藏本 | Coded data: rare books, the copy
  $ a* 编码数据 | coded data; 5 收藏机构 | institution
191* 拓片编码数据 | Coded data: rubbings
  = 116
192* 中国民族音乐编码数据 | Coded data: Chinese music
  = 116
193* 中国古籍编码数据：一般 | Coded data: Chinese old books, general
  $ a 编码数据 | coded data; b 其他编码 | further data
194* 中国古籍编码数据：藏本形态 | Coded data: Chinese old books, the copy
  $ a 编码数据 | coded data; b 其他编码 | further data; 5 收藏机构 | institution
200! 题名与责任说明 | Title and statement of responsibility
  1: 0 题名不作检索点 | title is no access point; 1 题名作检索点 | title is an access point
  $ a!* 正题名 | title proper; b* 一般文献类型标识 | general material designation; c* 其他责任者的正题名 | title by another author; d* 并列正题名 | parallel title; e* 其他题名信息 | other title information; f* 第一责任说明 | first statement of responsibility; g* 其余责任说明 | further statement of responsibility; h* 分辑号 | number of part; i* 分辑名 | name of part; j 古籍起止日期 | inclusive dates; v 卷标识 | volume; z* 并列题名语种 | language of parallel title; 5 适用机构 | institution; 9* 正题名汉语拼音 | pinyin; A* 正题名汉语拼音（旧） | pinyin of $a; D* 并列题名拼音（旧） | pinyin of $d; E* 其他题名信息拼音（旧） | pinyin of $e; F* 责任者拼音（旧） | pinyin of $f; G* 责任者拼音（旧） | pinyin of $g; I* 分辑名拼音（旧） | pinyin of $i
205* 版本说明 | Edition
  $ a 版本 | edition; b* 附加版本 | issue; d* 并列版本 | parallel edition; f* 版本责任者 | responsibility for the edition; g* 其余版本责任者 | further responsibility
206* 地图数学数据 | Mathematical data of maps
  $ a 数学数据 | mathematical data; b* 比例尺 | scale; c 投影 | projection; d 坐标 | coordinates
207 连续出版物卷期编号 | Numbering of serials
  2: 0 规范格式 | formatted; 1 非规范格式 | not formatted
  $ a* 年代卷期 | numbering; z* 编号来源 | source
208 乐谱特有说明 | Music statement
  $ a 乐谱说明 | statement; d* 并列说明 | parallel statement
210*~ 出版发行 | Publication
  1: 0 多部分的 | several parts; 1 现行 | current
  2: 0 出版 | published; 1 非出版 | not published
  $ a* 出版地 | place; b* 出版者地址 | address; c* 出版者 | publisher; d* 出版日期 | date; e* 印制地 | place of printing; f* 印制者地址 | printer's address; g* 印制者 | printer; h* 印制日期 | date of printing; r* 出版印制信息 | as printed; A* 出版地拼音（旧） | pinyin of $a; C* 出版者拼音（旧） | pinyin of $c
211* 预定出版日期 | Projected date of publication
  $ a 日期 | date
214* 出版、制作、发行 | Production, publication, distribution
  1: 0 早期 | earlier; 1 现行 | current
  2: 0 出版 | publication; 1 制作 | production; 2 发行 | distribution; 3 印制 | manufacture; 4 版权 | copyright
  $ a* 地 | place; b* 地址 | address; c* 名 | name; d* 日期 | date; r* 原样著录 | as printed; s* 其他 | other
215*~ 载体形态 | Physical description
  $ a* 页数或数量 | extent; c 图及其他细节 | other details; d* 尺寸 | size; e* 附件 | accompanying material
225* 丛编 | Series
  1: 0 与规范形式不同 | differs from the established form; 1 无规范形式 | no established form; 2 与规范形式相同 | same as the established form
  $ a 丛编题名 | title; d* 并列题名 | parallel title; e* 其他题名信息 | other title information; f* 责任说明 | responsibility; h* 分丛编号 | number of part; i* 分丛编名 | name of part; v* 卷标识 | volume; x* ISSN | ISSN; z* 并列题名语种 | language of parallel title; 9* 拼音 | pinyin; A 丛编题名拼音（旧） | pinyin of $a; E* 拼音（旧） | pinyin of $e; F* 拼音（旧） | pinyin of $f; I* 拼音（旧） | pinyin of $i
230* 电子资源特征 | Electronic resource characteristics
  $ a 标识与数量 | designation and extent
300* 一般性附注 | General note
  $ a 附注 | note
301* 标识号附注 | Note on numbers
  = 300
302* 编码信息附注 | Note on coded information
  = 300
303* 描述信息附注 | Note on the description
  = 300
304* 题名与责任说明附注 | Note on title and responsibility
  = 300
305* 版本与书目沿革附注 | Note on edition and history
  = 300
306* 出版发行附注 | Note on publication
  = 300
307* 载体形态附注 | Note on physical description
  = 300
308* 丛编附注 | Note on series
  = 300
309* 订购附注 | Note on ordering
  = 300
310* 装订与获得方式附注 | Note on binding and availability
  = 300
311* 连接字段附注 | Note on linked works
  = 300
312* 相关题名附注 | Note on related titles
  = 300
313* 主题附注 | Note on subjects
  = 300
314* 责任者附注 | Note on responsibility
  = 300
315* 资料特殊细节附注 | Note on material details
  = 300
316* 现有藏本附注 | Note on the copy in hand
  $ a 附注 | note; 5 适用机构 | institution
317* 来源附注 | Note on provenance
  = 316
318* 操作附注 | Note on actions
  $ a 操作 | action; c 时间 | time; k 执行者 | agent; 5 适用机构 | institution
320* 书目、索引附注 | Note on bibliographies and indexes
  = 300
321* 被收录附注 | Note on indexing elsewhere
  1: 0 收录本刊的索引 | indexed in; 1 书评等 | reviewed in
  $ a 附注 | note; b 日期 | dates; c 位置 | location; x ISSN | ISSN
322* 制作者附注 | Note on credits
  = 300
323* 演出者附注 | Note on performers
  = 300
324* 复制品原件附注 | Note on the original
  = 300
325* 复制品附注 | Note on a reproduction
  = 300
326* 出版周期附注 | Note on frequency
  $ a 周期 | frequency; b 时间 | dates
327* 内容附注 | Contents
  1: 0 不完整 | incomplete; 1 完整 | complete; 2 部分 | partial
  $ a* 内容 | contents; b* 一级 | first level; c* 二级 | second level; d* 三级 | third level; p 页 | page; u* 网址 | address; z* 其他 | other
328* 学位论文附注 | Note on a thesis
  $ a 附注 | note; b 学位 | degree; c 专业 | discipline; d 日期 | date; e 授予机构 | institution; t 其他版本题名 | title of another edition; z 前置文字 | introducing text
330* 提要或文摘 | Abstract
  = 300
332* 引文附注 | Preferred citation
  = 300
333* 使用对象附注 | Audience
  = 300
334* 获奖附注 | Awards
  $ a 附注 | note; b 奖项 | award; c 年份 | year; d 国家 | country; u* 网址 | address
336* 电子资源类型附注 | Note on kind of electronic resource
  = 300
337* 系统需求附注 | System requirements
  = 300
345* 采访信息附注 | Note on acquisition
  $ a* 来源与地址 | source; b* 库存号 | stock number; c* 媒体 | medium; d* 获得方式 | terms
393* 系统外字符附注 | Note on characters outside the set
  = 300
410* 丛编（连接） | Series
  2: 0 不作附注 | make no note; 1 作附注 | make a note
  $ 1* 嵌入的字段 | embedded field; a 责任者 | author; c 出版地 | place; d 日期 | date; e 版本 | edition; f 第一责任者 | first responsibility; h* 分辑号 | number of part; i* 分辑名 | name of part; t 题名 | title; u* 网址 | address; v 卷标识 | volume; x ISSN | ISSN; y ISBN | ISBN; z CODEN | CODEN; 0 记录号 | record number; 3 规范号 | authority number; 5 适用机构 | institution
411* 附属丛编 | Subseries
  = 410
421* 补编、增刊 | Supplement
  = 410
422* 正编、正刊 | Parent of supplement
  = 410
423* 合订、合刊 | Issued with
  = 410
424* 由…更新 | Updated by
  = 410
425* 更新… | Updates
  = 410
430* 继承 | Continues
  = 410
431* 部分继承 | Continues in part
  = 410
432* 替代 | Supersedes
  = 410
433* 部分替代 | Supersedes in part
  = 410
434* 吸收 | Absorbed
  = 410
435* 部分吸收 | Absorbed in part
  = 410
436* 由…合并而成 | Formed by merger of
  = 410
437* 分自 | Separated from
  = 410
440* 由…继承 | Continued by
  = 410
441* 由…部分继承 | Continued in part by
  = 410
442* 由…替代 | Superseded by
  = 410
443* 由…部分替代 | Superseded in part by
  = 410
444* 并入 | Absorbed by
  = 410
445* 部分并入 | Absorbed in part by
  = 410
446* 分成…和… | Split into
  = 410
447* 与…合并 | Merged with
  = 410
448* 改回 | Changed back to
  = 410
451* 同一载体的其他版本 | Other edition in the same medium
  = 410
452* 不同载体的其他版本 | Other edition in another medium
  = 410
453* 译为 | Translated as
  = 410
454* 译自 | Translation of
  = 410
455* 复制自 | Reproduction of
  = 410
456* 复制为 | Reproduced as
  = 410
461* 总集 | Set
  = 410
462* 分集 | Subset
  = 410
463* 单册 | Piece
  = 410
464* 单册分析 | Piece-analytic
  = 410
470* 被评论的作品 | Item reviewed
  = 410
481* 还装订有 | Also bound with
  = 410
482* 与…合装 | Bound with
  = 410
488* 其他相关作品 | Other related work
  = 410
500* 统一题名 | Uniform title
  1: 0 不作检索点 | no access point; 1 作检索点 | access point
  2: 0 不作主要款目 | no main entry; 1 作主要款目 | main entry
  $ a 统一题名 | title; b* 一般文献类型标识 | general material designation; h* 分辑号 | number of part; i* 分辑名 | name of part; j 形式 | form; k 出版日期 | date; l 形式副标目 | form subheading; m 语种 | language; n* 其他信息 | other information; q 版本 | version; r* 演奏媒体 | medium of performance; s* 编号 | numeric designation; u 调性 | key; v 卷标识 | volume; w 编曲 | arrangement; x* 主题复分 | subject subdivision; y* 地区复分 | place subdivision; z* 年代复分 | period subdivision; 2 系统代码 | system; 3 规范号 | authority number; 9* 拼音 | pinyin; A 拼音（旧） | pinyin of $a
501* 作品集统一题名 | Collective uniform title
  = 500
503* 统一惯用题名 | Conventional heading
  = 500
510* 并列正题名 | Parallel title
  1: 0 题名不作检索点 | no access point; 1 题名作检索点 | access point
  $ a 题名 | title; e* 其他题名信息 | other title information; f* 责任说明 | responsibility; h* 分辑号 | number of part; i* 分辑名 | name of part; j 日期 | date; n 其他信息 | other information; v 卷标识 | volume; z 语种 | language; 5 适用机构 | institution; 9* 拼音 | pinyin; A 拼音（旧） | pinyin of $a; E* 拼音（旧） | pinyin of $e; I* 拼音（旧） | pinyin of $i
512* 封面题名 | Cover title
  = 510
513* 附加题名页题名 | Added title page title
  = 510
514* 卷端题名 | Caption title
  = 510
515* 逐页题名 | Running title
  = 510
516* 书脊题名 | Spine title
  = 510
517* 其他题名 | Other variant title
  = 510
518* 现代标准书写题名 | Title in standard modern spelling
  = 510
520* 前题名 | Former title
  $ a 题名 | title; e* 其他题名信息 | other title information; h* 分辑号 | number of part; i* 分辑名 | name of part; j 卷期日期 | dates; n 其他信息 | other information; x ISSN | ISSN; 9* 拼音 | pinyin; A 拼音（旧） | pinyin of $a
530* 识别题名 | Key title
  1: 0 与正题名相同 | same as the title proper; 1 与正题名不同 | differs from the title proper
  $ a 题名 | title; b* 限定信息 | qualifier; j 卷期 | volume or dates; v 卷标识 | volume
531* 缩略题名 | Abbreviated title
  = 530
532* 展开题名 | Expanded title
  1: 0 不作检索点 | no access point; 1 作检索点 | access point
  2: 0 首字母缩略 | initialism; 1 数字 | numeral; 2 缩写 | abbreviation; 3 其他 | other
  $ a 题名 | title; z 语种 | language; 9* 拼音 | pinyin
540* 编目员补充的附加题名 | Title added by the cataloguer
  = 510
541* 编目员补充的翻译题名 | Translated title added by the cataloguer
  = 510
545* 章节题名 | Section title
  = 510
600* 人名主题 | Subject: person
  2: 0 名的形式 | entered under given name; 1 姓的形式 | entered under surname
  $ a! 款目要素 | entry element; b 名的其余部分 | rest of the name; c* 附加成分 | additions; d 罗马数字 | numerals; f 年代 | dates; g 全名 | full form; j* 形式复分 | form subdivision; p 机构 | affiliation; x* 主题复分 | subject subdivision; y* 地区复分 | place subdivision; z* 年代复分 | period subdivision; 2 系统代码 | system; 3 规范号 | authority number; 9* 拼音 | pinyin; A 拼音（旧） | pinyin of $a
601* 团体主题 | Subject: body
  1: 0 团体名称 | body; 1 会议名称 | meeting
  2: 0 倒置形式 | inverted; 1 地区形式 | under place; 2 直序形式 | direct order
  $ a! 款目要素 | entry element; b* 次级部分 | subdivision; c* 附加成分 | additions; d* 届次 | number; e 地点 | place; f 日期 | date; g 倒置成分 | inverted element; h 其余部分 | rest of the name; j* 形式复分 | form subdivision; x* 主题复分 | subject subdivision; y* 地区复分 | place subdivision; z* 年代复分 | period subdivision; 2 系统代码 | system; 3 规范号 | authority number; 9* 拼音 | pinyin
602* 家族主题 | Subject: family
  $ a! 款目要素 | entry element; f 年代 | dates; j* 形式复分 | form subdivision; x* 主题复分 | subject subdivision; y* 地区复分 | place subdivision; z* 年代复分 | period subdivision; 2 系统代码 | system; 3 规范号 | authority number
604* 名称与题名主题 | Subject: name and title
  $ 1* 嵌入的字段 | embedded field; a 责任者 | author; t 题名 | title; x* 主题复分 | subject subdivision
605* 题名主题 | Subject: title
  $ a! 款目要素 | entry element; h* 分辑号 | number of part; i* 分辑名 | name of part; j* 形式复分 | form subdivision; k 日期 | date; l 形式副标目 | form subheading; m 语种 | language; n* 其他信息 | other information; q 版本 | version; x* 主题复分 | subject subdivision; y* 地区复分 | place subdivision; z* 年代复分 | period subdivision; 2 系统代码 | system; 3 规范号 | authority number; 9* 拼音 | pinyin
606*~ 学科名称主题 | Subject: topic
  1: 0 未指定级别 | no level given; 1 主要词 | primary; 2 次要词 | secondary
  $ a! 主标目 | heading; j* 形式复分 | form subdivision; x* 学科主题复分 | subject subdivision; y* 地区复分 | place subdivision; z* 年代复分 | period subdivision; 2 系统代码 | system; 3* 规范号 | authority number; 9* 拼音 | pinyin; A 拼音（旧） | pinyin of $a
607* 地名主题 | Subject: place
  $ a! 主标目 | heading; j* 形式复分 | form subdivision; x* 主题复分 | subject subdivision; y* 地区复分 | place subdivision; z* 年代复分 | period subdivision; 2 系统代码 | system; 3 规范号 | authority number; 9* 拼音 | pinyin
608* 形式、体裁主题 | Form or genre
  = 607
610* 非控主题词 | Uncontrolled subject terms
  1: 0 未指定级别 | no level given; 1 主要词 | primary; 2 次要词 | secondary
  $ a* 主题词 | term; 9* 拼音 | pinyin; A* 拼音（旧） | pinyin of $a
615* 主题范畴 | Subject category
  $ a* 范畴 | category; n* 范畴代码 | code; m* 复分代码 | subdivision code; x* 复分 | subdivision; 2 系统代码 | system; 3 规范号 | authority number
620* 出版地检索点 | Place access
  $ a 国家 | country; b 省 | state; c 县 | county; d 城市 | city; 3 规范号 | authority number
626* 技术细节检索点 | Technical details access
  $ a 机型 | make and model; b 程序语言 | programming language; c 操作系统 | operating system
660* 地区代码 | Geographic area code
  $ a 代码 | code
661* 年代代码 | Time period code
  $ a 代码 | code
675* 国际十进分类号（UDC） | UDC number
  $ a 分类号 | number; v 版次 | edition; z 版本语种 | language of edition; 3 规范号 | authority number
676* 杜威十进分类号（DDC） | Dewey number
  = 675
680* 国会图书馆分类号 | Library of Congress class number
  $ a 分类号 | number; b 书号 | book number
686* 国外其他分类号 | Other class number
  $ a* 分类号 | number; b* 书号 | book number; c* 复分 | subdivision; v 版次 | edition; 2 系统代码 | system
690*~ 中国图书馆分类法分类号 | CLC class number
  $ a! 分类号 | number; v 版次 | edition; 3 规范号 | authority number
692* 中国科学院图书分类法分类号 | Class number of the Academy of Sciences
  $ a! 分类号 | number; v 版次 | edition; 3 规范号 | authority number
694* 中国人民大学图书分类法分类号 | Class number of Renmin University
  = 692
696* 国内其他分类法分类号 | Other Chinese class number (such as 四部分类)
  $ a! 分类号或类名 | number or class name; c* 复分 | subdivision; v 版次 | edition; 2 系统代码 | system; 3 规范号 | authority number
700 人名：主要责任者（唯一） | Person: sole main responsibility
  2: 0 名的形式（中国人名） | entered under given name or direct order; 1 姓的形式（外国人名） | entered under surname
  $ a! 款目要素 | entry element; b 名的其余部分 | rest of the name; c* 附加成分（国别、朝代、职衔） | additions (country, dynasty, rank); d 罗马数字 | numerals; f 生卒年 | dates; g 全名 | full form; p 机构 | affiliation; 3 规范号 | authority number; 4* 责任方式 | role; 5 适用机构 | institution; 6 字段连接 | link; 8 字体语种 | script; 9* 拼音 | pinyin; A 拼音（旧） | pinyin of $a
701* 人名：等同责任者 | Person: main responsibility
  = 700
702* 人名：次要责任者 | Person: secondary responsibility
  = 700
710 团体：主要责任者（唯一） | Body: sole main responsibility
  1: 0 团体名称 | body; 1 会议名称 | meeting
  2: 0 倒置形式 | inverted; 1 地区形式 | under place; 2 直序形式 | direct order
  $ a! 款目要素 | entry element; b* 次级部分 | subdivision; c* 附加成分 | additions; d* 届次 | number; e 地点 | place; f 日期 | date; g 倒置成分 | inverted element; h* 其余部分 | rest of the name; p 地址 | address; 3 规范号 | authority number; 4* 责任方式 | role; 5 适用机构 | institution; 6 字段连接 | link; 8 字体语种 | script; 9* 拼音 | pinyin; A 拼音（旧） | pinyin of $a
711* 团体：等同责任者 | Body: main responsibility
  = 710
712* 团体：次要责任者 | Body: secondary responsibility
  = 710
720 家族：主要责任者 | Family: sole main responsibility
  $ a! 款目要素 | entry element; f 年代 | dates; 3 规范号 | authority number; 4* 责任方式 | role; 9* 拼音 | pinyin
721* 家族：等同责任者 | Family: main responsibility
  = 720
722* 家族：次要责任者 | Family: secondary responsibility
  = 720
730* 其他名称 | Other name
  $ a! 名称 | name; 4* 责任方式 | role
801* 记录来源 | Originating source
  2: 0 编目机构 | original cataloguing; 1 转录机构 | transcribing; 2 修改机构 | modifying; 3 发行机构 | issuing
  $ a 国家代码 | country; b! 机构 | agency; c 处理日期 | date; g* 编目规则 | rules; h 原控制号 | original control number; 2 格式 | format
802 ISSN 中心 | ISSN centre
  $ a 中心代码 | code
830* 编目员附注 | Cataloguer's note
  $ a 附注 | note
856* 电子资源地址与访问 | Electronic location and access
  1: 0 电子邮件 | e-mail; 1 FTP | FTP; 2 远程登录 | remote login; 3 拨号 | dial-up; 4 HTTP | HTTP; 7 见 $y | method in $y
  2: 0 电子资源 | resource; 1 电子版本 | version of the resource; 2 相关资源 | related resource
  $ a* 主机名 | host; b* IP 地址 | IP number; c* 压缩 | compression; d* 路径 | path; e 查询时间 | date of access; f* 文件名 | file name; g* URN | URN; h 请求处理器 | processor of request; i* 指令 | instruction; j 传输速度 | bits per second; k 口令 | password; l 登录名 | logon; m* 联系人 | contact; n 主机地点 | location of host; o 操作系统 | operating system; p 端口 | port; q 文件格式 | electronic format; r 设置 | settings; s* 文件大小 | file size; t* 终端仿真 | terminal emulation; u* 网址（URL） | address (URL); v* 可访问时间 | hours; w* 记录号 | record number; x* 非公开附注 | nonpublic note; y 访问方法 | access method; z* 公开附注 | public note; 2* 链接文字 | link text; 9 谁可以打开（anyone 任何人、card 持证读者、inside 馆内） | who may open it (anyone, card, inside)
886* 源格式中无法对应的数据 | Data not converted from the source format
  1: 0 头标区 | leader; 1 控制字段 | control field; 2 数据字段 | data field
  $ a 字段号 | tag; b 字段内容 | content; 2 系统代码 | system
"""

CNMARC_TAGS: Final[Rules] = read_rules(_TABLE)
