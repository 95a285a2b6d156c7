# ruff: noqa: E501 — a table, one line a field
"""The fields of MARC 21 Bibliographic that libraries use. How to read the table: `catalog.marc.tags`."""

from __future__ import annotations

from typing import Final

from catalog.marc.tags import Rules, read_rules

_TABLE: Final = """
001 控制号 | Control number
003 控制号归属 | Control number identifier
005 最近处理日期和时间 | Date and time of latest transaction
006* 附加资料特征 | Additional material characteristics
007* 载体形态定长数据 | Physical description fixed field
008! 定长数据 | Fixed-length data
010 国会图书馆控制号 | LC control number
  $ a 控制号 | number; b* NUCMC 控制号 | NUCMC number; z* 注销或无效 | cancelled or invalid; 8* 连接 | link
015* 国家书目号 | National bibliography number
  $ a* 号码 | number; q* 限定 | qualification; z* 注销或无效 | cancelled or invalid; 2 来源 | source; 6 连接 | linkage; 8* 连接 | link
016* 国家书目机构控制号 | National agency control number
  1: 7 来源见 $2 | source in $2
  $ a 控制号 | number; z* 注销或无效 | cancelled or invalid; 2 来源 | source; 8* 连接 | link
020* 国际标准书号（ISBN） | International Standard Book Number
  $ a 号码 | number; c 获得方式和定价 | availability and price; q* 限定（装订） | qualification (binding); z* 错误的号码 | wrong number; 6 连接 | linkage; 8* 连接 | link
022* 国际标准连续出版物号（ISSN） | International Standard Serial Number
  1: 0 国际关注 | of international interest; 1 非国际关注 | not of international interest
  $ a 号码 | number; l ISSN-L | linking ISSN; m* 注销的 ISSN-L | cancelled ISSN-L; y* 错误的号码 | wrong number; z* 注销的号码 | cancelled number; 2 来源 | source; 0* 规范号 | authority number; 1* 实体网址 | real world object; 6 连接 | linkage; 8* 连接 | link
024* 其他标准号 | Other standard identifier
  1: 0 ISRC | ISRC; 1 UPC | UPC; 2 ISMN | ISMN; 3 EAN | EAN; 4 SICI | SICI; 7 来源见 $2 | source in $2; 8 未指定 | unspecified
  2: 0 无差异 | no difference; 1 有差异 | difference
  $ a 号码 | number; c 获得方式和定价 | availability and price; d 附加代码 | additional codes; q* 限定 | qualification; z* 错误的号码 | wrong number; 2 来源 | source; 0* 规范号 | authority number; 1* 实体网址 | real world object; 6 连接 | linkage; 8* 连接 | link
027* 技术报告号 | Technical report number
  $ a 号码 | number; q* 限定 | qualification; z* 错误的号码 | wrong number; 6 连接 | linkage; 8* 连接 | link
028* 出版者或发行者号 | Publisher or distributor number
  1: 0 发行号 | issue; 1 模板号 | matrix; 2 图版号 | plate; 3 其他乐谱号 | other music; 4 录像号 | video; 5 其他 | other; 6 发行者号 | distributor
  2: 0 无附注无检索点 | no note, no added entry; 1 附注和检索点 | note and added entry; 2 附注 | note; 3 检索点 | added entry
  $ a 号码 | number; b 来源 | source; q* 限定 | qualification; 0* 规范号 | authority number; 1* 实体网址 | real world object; 6 连接 | linkage; 8* 连接 | link
033* 事件日期时间 | Date and place of an event
  1: 0 单一日期 | a single date; 1 多个日期 | several dates; 2 日期范围 | a range
  2: 0 录制 | capture; 1 广播 | broadcast; 2 发现 | finding
  $ a* 日期 | date; b* 地区代码 | area code; c* 子地区代码 | subarea code; p* 地点 | place; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2* 来源 | source; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
034* 地图数学数据编码 | Coded mathematical data of maps
  1: 0 比例尺不定 | indeterminable scale; 1 单一 | single; 3 范围 | range
  2: 0 外环 | outer ring; 1 内环 | exclusion ring
  $ a 比例尺类型 | category of scale; b* 水平比例尺 | horizontal scale; c* 垂直比例尺 | vertical scale; d 最西经度 | west; e 最东经度 | east; f 最北纬度 | north; g 最南纬度 | south; h* 角比例尺 | angular scale; j 赤纬北 | declination north; k 赤纬南 | declination south; m 赤经东 | right ascension east; n 赤经西 | right ascension west; p 分点 | equinox; r 距离 | distance; s* G 环纬度 | G-ring latitude; t* G 环经度 | G-ring longitude; x 起始日期 | beginning date; y 终止日期 | ending date; z 地外天体 | extraterrestrial body; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
035* 系统控制号 | System control number
  $ a 控制号 | number; z* 注销或无效 | cancelled or invalid; 6 连接 | linkage; 8* 连接 | link
037* 采访来源 | Source of acquisition
  1: 2 中间 | intervening; 3 现行 | current
  $ a 库存号 | stock number; b 来源 | source; c* 价格 | terms; f* 形式 | form; g* 附加特征 | additional format; n* 附注 | note; 3 资料 | materials; 5* 机构 | institution; 6 连接 | linkage; 8* 连接 | link
040 编目来源 | Cataloguing source
  $ a 原编机构 | original agency; b 编目语种 | language of cataloguing; c 转录机构 | transcribing agency; d* 修改机构 | modifying agency; e* 著录规则 | description conventions; 6 连接 | linkage; 8* 连接 | link
041* 语种代码 | Language code
  1: 0 非译作 | not a translation; 1 译作或含译文 | translation
  2: 7 来源见 $2 | source in $2
  $ a* 正文语种 | of the text; b* 提要语种 | of the summary; d* 歌词语种 | sung or spoken; e* 歌词本语种 | of librettos; f* 目次语种 | of contents; g* 附件语种 | of accompanying matter; h* 原作语种 | of the original; i* 字幕语种 | of intertitles; j* 字幕语种（译） | of subtitles; k* 中间译本语种 | of intermediate translations; m* 附件原文语种 | of original accompanying matter; n* 歌词本原文语种 | of original libretto; p* 字幕 | of captions; q* 音轨 | of accessible audio; r* 手语 | of accessible visual language; t* 文字转录 | of transcripts; 2 来源 | source; 6 连接 | linkage; 8* 连接 | link
042 鉴定代码 | Authentication code
  $ a* 代码 | code
043 地理区域代码 | Geographic area code
  $ a* 代码 | code; b* 地方代码 | local code; c* ISO 代码 | ISO code; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2* 来源 | source; 6 连接 | linkage; 8* 连接 | link
044 出版国代码 | Country of publishing
  $ a* 国家代码 | MARC code; b* 地方代码 | local code; c* ISO 代码 | ISO code; 2* 来源 | source; 6 连接 | linkage; 8* 连接 | link
045 内容年代 | Time period of content
  1: 0 单一日期 | a single date; 1 多个日期 | several dates; 2 日期范围 | a range
  $ a* 年代代码 | period code; b* 年代 | period; c* 公元前年代 | pre-9999 BC; 6 连接 | linkage; 8* 连接 | link
046* 特殊编码日期 | Special coded dates
  1: 1 作品 | work; 2 表达 | expression; 3 载体表现 | manifestation
  $ a 日期类型 | type of date; b 起始日期（公元前） | date 1 BC; c 起始日期 | date 1; d 终止日期（公元前） | date 2 BC; e 终止日期 | date 2; j 修改日期 | modified; k 创作起始 | beginning of creation; l 创作终止 | ending of creation; m 有效起始 | beginning of validity; n 有效终止 | end of validity; o 汇编起始 | beginning of aggregate; p 汇编终止 | end of aggregate; x* 非公开附注 | nonpublic note; z* 公开附注 | public note; 2 来源 | source; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
050* 国会图书馆索书号 | LC call number
  1: 0 国会馆有藏 | held by LC; 1 国会馆无藏 | not held by LC
  2: 0 国会馆给号 | assigned by LC; 4 其他机构给号 | assigned by another agency
  $ a* 分类号 | class number; b 书号 | item number; 0* 规范号 | authority number; 1* 实体网址 | real world object; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
080* 国际十进分类号（UDC） | UDC number
  1: 0 完整版 | full; 1 简版 | abridged
  $ a 分类号 | number; b 书号 | item number; x* 复分 | subdivision; 2 版次 | edition; 0* 规范号 | authority number; 1* 实体网址 | real world object; 6 连接 | linkage; 8* 连接 | link
082* 杜威十进分类号（DDC） | Dewey number
  1: 0 完整版 | full; 1 简版 | abridged; 7 见 $2 | in $2
  2: 0 国会馆给号 | assigned by LC; 4 其他机构给号 | assigned by another agency
  $ a* 分类号 | number; b 书号 | item number; m 标准号或可选号 | standard or optional; q 给号机构 | assigning agency; 2 版次 | edition; 6 连接 | linkage; 8* 连接 | link
084*~ 其他分类号（中图法：$2 clc） | Other class number (CLC: $2 clc)
  $ a* 分类号 | number; b 书号 | item number; q 给号机构 | assigning agency; 2 分类法 | scheme; 0* 规范号 | authority number; 1* 实体网址 | real world object; 6 连接 | linkage; 8* 连接 | link
093* 中图法分类号（国内习惯） | CLC number (Chinese practice)
  $ a* 分类号 | number; 2 版次 | edition
100 主要款目：人名 | Main entry: person
  1: 0 名或直序 | forename or direct order; 1 姓 | surname; 3 家族 | family name
  $ a! 人名 | name; b 世次 | numeration; c* 头衔等 | titles; d 生卒年 | dates; e* 责任方式 | role; f 作品日期 | date of a work; g* 其他 | other; j* 归属限定 | attribution; k* 形式副标目 | form subheading; l 作品语种 | language of a work; n* 部分号 | number of part; p* 部分名 | name of part; q 全名 | fuller form; t 作品题名 | title of a work; u 机构 | affiliation; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 4* 关系代码 | relator code; 6 连接 | linkage; 8* 连接 | link
110 主要款目：团体 | Main entry: body
  1: 0 倒序 | inverted; 1 辖区名 | jurisdiction; 2 直序 | direct order
  $ a! 团体名 | name; b* 下属 | subordinate unit; c* 会议地点 | location; d* 日期 | date; e* 责任方式 | role; f 作品日期 | date of a work; g* 其他 | other; k* 形式副标目 | form subheading; l 语种 | language; n* 届次 | number; p* 部分名 | name of part; t 作品题名 | title of a work; u 机构 | affiliation; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 4* 关系代码 | relator code; 6 连接 | linkage; 8* 连接 | link
111 主要款目：会议 | Main entry: meeting
  1: 0 倒序 | inverted; 1 辖区名 | jurisdiction; 2 直序 | direct order
  $ a! 会议名 | name; c* 地点 | location; d* 日期 | date; e* 下属 | subordinate unit; f 作品日期 | date of a work; g* 其他 | other; j* 责任方式 | role; k* 形式副标目 | form subheading; l 语种 | language; n* 届次 | number; p* 部分名 | name of part; q 后接会议名 | following name; t 作品题名 | title of a work; u 机构 | affiliation; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 4* 关系代码 | relator code; 6 连接 | linkage; 8* 连接 | link
130 主要款目：统一题名 | Main entry: uniform title
  1: 0 不排检 0 位 | nonfiling 0; 1 1 | 1; 2 2 | 2; 3 3 | 3; 4 4 | 4; 5 5 | 5; 6 6 | 6; 7 7 | 7; 8 8 | 8; 9 9 | 9
  $ a! 题名 | title; d* 条约日期 | date of treaty; f 作品日期 | date of a work; g* 其他 | other; h 载体 | medium; k* 形式副标目 | form subheading; l 语种 | language; m* 演奏媒体 | medium of performance; n* 部分号 | number of part; o 编曲 | arranged; p* 部分名 | name of part; r 调 | key; s* 版本 | version; t 作品题名 | title of a work; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 6 连接 | linkage; 8* 连接 | link
210* 缩略题名 | Abbreviated title
  1: 0 无检索点 | no added entry; 1 检索点 | added entry
  2: 0 其他 | other
  $ a 题名 | title; b 限定 | qualification; 2* 来源 | source; 6 连接 | linkage; 8* 连接 | link
222* 识别题名 | Key title
  2: 0 0 | 0; 1 1 | 1; 2 2 | 2; 3 3 | 3; 4 4 | 4; 5 5 | 5; 6 6 | 6; 7 7 | 7; 8 8 | 8; 9 9 | 9
  $ a 题名 | title; b 限定 | qualification; 6 连接 | linkage; 8* 连接 | link
240 统一题名 | Uniform title
  1: 0 不显示 | not displayed; 1 显示 | displayed
  2: 0 0 | 0; 1 1 | 1; 2 2 | 2; 3 3 | 3; 4 4 | 4; 5 5 | 5; 6 6 | 6; 7 7 | 7; 8 8 | 8; 9 9 | 9
  $ a! 题名 | title; d* 条约日期 | date of treaty; f 作品日期 | date of a work; g* 其他 | other; h 载体 | medium; k* 形式副标目 | form subheading; l 语种 | language; m* 演奏媒体 | medium of performance; n* 部分号 | number of part; o 编曲 | arranged; p* 部分名 | name of part; r 调 | key; s* 版本 | version; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 6 连接 | linkage; 8* 连接 | link
245! 题名说明 | Title statement
  1: 0 无检索点 | no added entry; 1 检索点 | added entry
  2: 0 不排检 0 位 | nonfiling 0; 1 1 | 1; 2 2 | 2; 3 3 | 3; 4 4 | 4; 5 5 | 5; 6 6 | 6; 7 7 | 7; 8 8 | 8; 9 9 | 9
  $ a! 正题名 | title; b 题名其余部分 | remainder of title; c 责任说明 | statement of responsibility; f 起止日期 | inclusive dates; g 主体日期 | bulk dates; h 载体 | medium; k* 形式 | form; n* 部分号 | number of part; p* 部分名 | name of part; s 版本 | version; 6 连接 | linkage; 8* 连接 | link
246* 变异题名 | Varying form of title
  1: 0 附注无检索点 | note, no added entry; 1 附注和检索点 | note, added entry; 2 无附注无检索点 | no note, no added entry; 3 无附注有检索点 | no note, added entry
  2: 0 部分题名 | portion; 1 并列题名 | parallel; 2 特殊题名 | distinctive; 3 其他 | other; 4 封面 | cover; 5 附加题名页 | added title page; 6 卷端 | caption; 7 逐页 | running; 8 书脊 | spine
  $ a! 题名 | title; b 其余部分 | remainder; f 日期 | date; g* 其他 | other; h 载体 | medium; i 显示文字 | display text; n* 部分号 | number of part; p* 部分名 | name of part; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
247* 先前题名 | Former title
  1: 0 无检索点 | no added entry; 1 检索点 | added entry
  2: 0 显示附注 | display note; 1 不显示 | do not display
  $ a! 题名 | title; b 其余部分 | remainder; f 日期 | date; g* 其他 | other; h 载体 | medium; n* 部分号 | number of part; p* 部分名 | name of part; x ISSN | ISSN; 6 连接 | linkage; 8* 连接 | link
250* 版本说明 | Edition
  $ a 版本 | edition; b 其余部分 | remainder; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
254 乐谱说明 | Musical presentation
  $ a 说明 | statement; 6 连接 | linkage; 8* 连接 | link
255* 地图数学数据 | Mathematical data of maps
  $ a 比例尺 | scale; b 投影 | projection; c 坐标 | coordinates; d 区带 | zone; e 分点 | equinox; f 外环 | outer ring; g 内环 | exclusion ring; 6 连接 | linkage; 8* 连接 | link
256 计算机文件特征 | Computer file characteristics
  $ a 特征 | characteristics; 6 连接 | linkage; 8* 连接 | link
260* 出版发行（旧） | Publication (before RDA)
  1: 2 中间 | intervening; 3 现行 | current
  $ a* 出版地 | place; b* 出版者 | publisher; c* 日期 | date; e* 印制地 | place of manufacture; f* 印制者 | manufacturer; g* 印制日期 | date of manufacture; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
263 预定出版日期 | Projected publication date
  $ a 日期 | date; 6 连接 | linkage; 8* 连接 | link
264*~ 制作、出版、发行、印制、版权 | Production, publication, distribution, manufacture, copyright
  1: 2 中间 | intervening; 3 现行 | current
  2: 0 制作 | production; 1 出版 | publication; 2 发行 | distribution; 3 印制 | manufacture; 4 版权日期 | copyright date
  $ a* 地 | place; b* 名 | name; c* 日期 | date; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
300*~ 载体形态 | Physical description
  $ a* 数量 | extent; b 其他细节 | other details; c* 尺寸 | dimensions; e 附件 | accompanying material; f* 单位类型 | type of unit; g* 单位大小 | size of unit; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
306 播放时间 | Playing time
  $ a* 时间 | time; 6 连接 | linkage; 8* 连接 | link
310 现行出版频率 | Current frequency
  $ a 频率 | frequency; b 日期 | date; 0 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 6 连接 | linkage; 8* 连接 | link
321* 先前出版频率 | Former frequency
  = 310
336* 内容类型 | Content type
  $ a* 术语 | term; b* 代码 | code; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
337* 媒介类型 | Media type
  = 336
338* 载体类型 | Carrier type
  = 336
340* 物理介质 | Physical medium
  $ a* 材料 | material; b* 尺寸 | dimensions; c* 表面材料 | materials applied; d* 记录技术 | technique; e* 支持物 | support; f* 比率 | rate; g* 颜色 | colour; h* 位置 | location; i* 技术细节 | technical; j* 代 | generation; k* 布局 | layout; m* 图书开本 | book format; n* 字体大小 | font size; o* 极性 | polarity; p* 插图 | illustrations; q* 缩率 | reduction; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
347* 数字文件特征 | Digital file characteristics
  $ a* 文件类型 | file type; b* 编码格式 | encoding format; c* 文件大小 | file size; d* 分辨率 | resolution; e* 地区代码 | regional encoding; f* 码率 | encoded bitrate; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
362* 卷期编号 | Numbering and dates
  1: 0 规范格式 | formatted; 1 非规范附注 | unformatted note
  $ a 编号 | numbering; z 来源 | source; 6 连接 | linkage; 8* 连接 | link
490* 丛编说明 | Series statement
  1: 0 不追溯 | not traced; 1 追溯 | traced
  $ a* 丛编 | series; l LC 索书号 | LC call number; v* 卷标识 | volume; x* ISSN | ISSN; y* 错误 ISSN | incorrect ISSN; z* 注销 ISSN | cancelled ISSN; 3 资料 | materials; 6 连接 | linkage; 7* 控制 | control; 8* 连接 | link
500* 一般性附注 | General note
  $ a 附注 | note; 3 资料 | materials; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
501* 合订附注 | With note
  = 500
502* 学位论文附注 | Dissertation note
  $ a 附注 | note; b 学位 | degree; c 授予机构 | institution; d 年份 | year; g* 其他 | other; o* 论文号 | identifier; 6 连接 | linkage; 8* 连接 | link
504* 书目索引附注 | Bibliography note
  $ a 附注 | note; b 参考文献数 | number of references; 6 连接 | linkage; 8* 连接 | link
505* 格式化内容附注 | Contents
  1: 0 内容 | contents; 1 不完整 | incomplete; 2 部分 | partial; 8 无前导词 | no display constant
  2: 0 详细 | enhanced
  $ a 内容 | contents; g* 其他 | other; r* 责任说明 | responsibility; t* 题名 | title; u* 网址 | address; 6 连接 | linkage; 8* 连接 | link
506* 限制获取附注 | Restrictions on access
  1: 0 无限制 | no restrictions; 1 有限制 | restrictions apply
  $ a 条款 | terms; b* 管辖 | jurisdiction; c* 物理限制 | physical access; d* 授权用户 | authorised users; e* 授权依据 | authorisation; f* 标准术语 | standard terms; g* 解除日期 | available from; q 机构 | agency; u* 网址 | address; 2 来源 | source; 3 资料 | materials; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
508* 制作者附注 | Production credits
  $ a 附注 | note; 6 连接 | linkage; 8* 连接 | link
511* 参与者附注 | Participants or performers
  1: 0 无前导词 | no display constant; 1 演员 | cast
  $ a 附注 | note; 6 连接 | linkage; 8* 连接 | link
515* 编号特点附注 | Numbering peculiarities
  = 500
516* 电子文件类型附注 | Type of computer file
  1: 8 无前导词 | no display constant
  $ a 附注 | note; 6 连接 | linkage; 8* 连接 | link
518* 事件日期地点附注 | Date and place of an event
  $ a 附注 | note; d* 日期 | date; o* 其他 | other; p* 地点 | place; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2* 来源 | source; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
520* 提要 | Summary
  1: 0 主题 | subject; 1 书评 | review; 2 范围和内容 | scope and content; 3 文摘 | abstract; 4 内容提示 | content advice; 8 无前导词 | no display constant
  $ a 提要 | summary; b 扩展 | expansion; c 机构 | source; u* 网址 | address; 2 来源 | source; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
521* 读者对象附注 | Target audience
  1: 0 阅读等级 | reading grade level; 1 年龄 | age; 2 年级 | grade; 3 特殊对象 | special audience; 4 动机水平 | motivation; 8 无前导词 | no display constant
  $ a* 附注 | note; b 来源 | source; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
530* 其他载体附注 | Additional physical form
  = 500
533* 复制品附注 | Reproduction note
  $ a 类型 | type; b* 地点 | place; c* 机构 | agency; d 日期 | date; e 形态 | physical description; f* 丛编 | series; m* 日期卷期 | dates; n* 附注 | note; y 数据来源 | data provenance; 3 资料 | materials; 5 机构 | institution; 7 定长数据 | fixed data; 6 连接 | linkage; 8* 连接 | link
534* 原版附注 | Original version note
  $ a 主要款目 | main entry; b 版本 | edition; c 出版 | publication; e 形态 | physical description; f* 丛编 | series; k* 识别题名 | key title; l 收藏地 | location; m 资料细节 | material details; n* 附注 | note; o* 其他标识 | other identifier; p 前导词 | introductory phrase; t 题名 | title; x* ISSN | ISSN; z* ISBN | ISBN; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
538* 系统需求附注 | System details
  $ a 附注 | note; i 显示文字 | display text; u* 网址 | address; 3 资料 | materials; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
541* 采访来源附注 | Immediate source of acquisition
  1: 0 保密 | private; 1 公开 | not private
  $ a 来源 | source; b 地址 | address; c 方式 | method; d 日期 | date; e 登录号 | accession number; f 所有者 | owner; h 价格 | price; n* 数量 | extent; o* 单位 | unit; 3 资料 | materials; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
546* 语种附注 | Language note
  $ a 附注 | note; b* 文字 | script; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
561* 递藏附注 | Ownership and custodial history
  1: 0 保密 | private; 1 公开 | not private
  $ a 历史 | history; u* 网址 | address; 3 资料 | materials; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
563* 装订附注 | Binding
  = 500
586* 获奖附注 | Awards
  1: 8 无前导词 | no display constant
  $ a 附注 | note; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
588* 描述来源附注 | Source of description
  1: 0 描述来源 | source of description; 1 最近查阅 | latest issue consulted
  $ a 附注 | note; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
600* 主题：人名 | Subject: person
  1: 0 名或直序 | forename or direct order; 1 姓 | surname; 3 家族 | family name
  2: 0 LCSH | LCSH; 1 儿童 LCSH | LC children's headings; 2 MeSH | MeSH; 3 NAL | NAL; 4 未指定 | not specified; 5 加拿大 | Canadian; 6 法语加拿大 | Canadian French; 7 来源见 $2 | source in $2
  $ a! 名称 | name; b* 世次 | numeration; c* 头衔等 | titles; d* 日期 | dates; e* 责任方式 | role; f 作品日期 | date of a work; g* 其他 | other; h 载体 | medium; j* 归属限定 | attribution; k* 形式副标目 | form subheading; l 语种 | language; m* 演奏媒体 | medium of performance; n* 编号 | number; o 编曲 | arranged; p* 部分名 | name of part; q 全名 | fuller form; r 调 | key; s* 版本 | version; t 题名 | title; u 机构 | affiliation; v* 形式复分 | form subdivision; x* 通用复分 | general subdivision; y* 年代复分 | period subdivision; z* 地区复分 | place subdivision; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 3 资料 | materials; 4* 关系 | relationship; 6 连接 | linkage; 8* 连接 | link
610* 主题：团体 | Subject: body
  1: 0 倒序 | inverted; 1 辖区名 | jurisdiction; 2 直序 | direct order
  2: 0 LCSH | LCSH; 1 儿童 LCSH | LC children's headings; 2 MeSH | MeSH; 3 NAL | NAL; 4 未指定 | not specified; 5 加拿大 | Canadian; 6 法语加拿大 | Canadian French; 7 来源见 $2 | source in $2
  $ a! 名称 | name; b* 下属 | subordinate unit; c* 地点 | location; d* 日期 | date; e* 责任方式 | role; f 作品日期 | date of a work; g* 其他 | other; k* 形式副标目 | form subheading; l 语种 | language; n* 届次 | number; p* 部分名 | name of part; t 题名 | title; u 机构 | affiliation; v* 形式复分 | form subdivision; x* 通用复分 | general subdivision; y* 年代复分 | period subdivision; z* 地区复分 | place subdivision; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 3 资料 | materials; 4* 关系 | relationship; 6 连接 | linkage; 8* 连接 | link
611* 主题：会议 | Subject: meeting
  = 610
630* 主题：题名 | Subject: title
  1: 0 0 | 0; 1 1 | 1; 2 2 | 2; 3 3 | 3; 4 4 | 4; 5 5 | 5; 6 6 | 6; 7 7 | 7; 8 8 | 8; 9 9 | 9
  2: 0 LCSH | LCSH; 1 儿童 LCSH | LC children's headings; 2 MeSH | MeSH; 3 NAL | NAL; 4 未指定 | not specified; 5 加拿大 | Canadian; 6 法语加拿大 | Canadian French; 7 来源见 $2 | source in $2
  $ a! 题名 | title; d* 日期 | date; f 作品日期 | date of a work; g* 其他 | other; k* 形式副标目 | form subheading; l 语种 | language; n* 部分号 | number of part; p* 部分名 | name of part; s* 版本 | version; t 题名 | title; v* 形式复分 | form subdivision; x* 通用复分 | general subdivision; y* 年代复分 | period subdivision; z* 地区复分 | place subdivision; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 6 连接 | linkage; 8* 连接 | link
648* 主题：年代 | Subject: period
  2: 0 LCSH | LCSH; 4 未指定 | not specified; 7 来源见 $2 | source in $2
  $ a! 年代 | period; v* 形式复分 | form subdivision; x* 通用复分 | general subdivision; y* 年代复分 | period subdivision; z* 地区复分 | place subdivision; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 6 连接 | linkage; 8* 连接 | link
650*~ 主题：论题 | Subject: topic
  1: 0 未指定级别 | no level; 1 主要 | primary; 2 次要 | secondary
  2: 0 LCSH | LCSH; 1 儿童 LCSH | LC children's headings; 2 MeSH | MeSH; 3 NAL | NAL; 4 未指定 | not specified; 5 加拿大 | Canadian; 6 法语加拿大 | Canadian French; 7 来源见 $2 | source in $2
  $ a! 主题词 | term; b 后接词 | following term; c 事件地点 | location of event; d 有效日期 | active dates; e* 关系 | relator; g* 其他 | other; v* 形式复分 | form subdivision; x* 通用复分 | general subdivision; y* 年代复分 | period subdivision; z* 地区复分 | place subdivision; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 3 资料 | materials; 4* 关系 | relationship; 6 连接 | linkage; 8* 连接 | link
651* 主题：地名 | Subject: place
  2: 0 LCSH | LCSH; 1 儿童 LCSH | LC children's headings; 2 MeSH | MeSH; 3 NAL | NAL; 4 未指定 | not specified; 5 加拿大 | Canadian; 6 法语加拿大 | Canadian French; 7 来源见 $2 | source in $2
  $ a! 地名 | place; e* 关系 | relator; g* 其他 | other; v* 形式复分 | form subdivision; x* 通用复分 | general subdivision; y* 年代复分 | period subdivision; z* 地区复分 | place subdivision; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 3 资料 | materials; 4* 关系 | relationship; 6 连接 | linkage; 8* 连接 | link
653* 非控主题词 | Uncontrolled index term
  1: 0 未指定级别 | no level; 1 主要 | primary; 2 次要 | secondary
  2: 0 论题 | topical; 1 人名 | person; 2 团体 | body; 3 会议 | meeting; 4 年代 | period; 5 地名 | place; 6 体裁 | genre
  $ a* 词 | term; 0* 规范号 | authority number; 1* 实体网址 | real world object; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
655* 体裁形式 | Genre or form
  1: 0 分面 | faceted
  2: 0 LCSH | LCSH; 1 儿童 LCSH | LC children's headings; 2 MeSH | MeSH; 3 NAL | NAL; 4 未指定 | not specified; 5 加拿大 | Canadian; 6 法语加拿大 | Canadian French; 7 来源见 $2 | source in $2
  $ a! 术语 | term; b* 非焦点词 | non-focus term; c* 分面标识 | facet; v* 形式复分 | form subdivision; x* 通用复分 | general subdivision; y* 年代复分 | period subdivision; z* 地区复分 | place subdivision; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 3 资料 | materials; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
700* 附加款目：人名 | Added entry: person
  1: 0 名或直序 | forename or direct order; 1 姓 | surname; 3 家族 | family name
  2: 2 分析款目 | analytical entry
  $ a! 名称 | name; b 世次 | numeration; c* 头衔等 | titles; d 日期 | dates; e* 责任方式 | role; f 作品日期 | date of a work; g* 其他 | other; h 载体 | medium; i* 关系 | relationship; j* 归属限定 | attribution; k* 形式副标目 | form subheading; l 语种 | language; m* 演奏媒体 | medium of performance; n* 编号 | number; o 编曲 | arranged; p* 部分名 | name of part; q 全名 | fuller form; r 调 | key; s* 版本 | version; t 题名 | title; u 机构 | affiliation; x ISSN | ISSN; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 3 资料 | materials; 4* 关系代码 | relator code; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
710* 附加款目：团体 | Added entry: body
  1: 0 倒序 | inverted; 1 辖区名 | jurisdiction; 2 直序 | direct order
  2: 2 分析款目 | analytical entry
  $ a! 名称 | name; b* 下属 | subordinate unit; c* 地点 | location; d* 日期 | date; e* 责任方式 | role; f 作品日期 | date of a work; g* 其他 | other; i* 关系 | relationship; k* 形式副标目 | form subheading; l 语种 | language; n* 届次 | number; p* 部分名 | name of part; t 题名 | title; u 机构 | affiliation; x ISSN | ISSN; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 3 资料 | materials; 4* 关系代码 | relator code; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
711* 附加款目：会议 | Added entry: meeting
  1: 0 倒序 | inverted; 1 辖区名 | jurisdiction; 2 直序 | direct order
  2: 2 分析款目 | analytical entry
  $ a! 名称 | name; c* 地点 | location; d* 日期 | date; e* 下属 | subordinate unit; i* 关系 | relationship; j* 责任方式 | role; k* 形式副标目 | form subheading; l 语种 | language; n* 届次 | number; p* 部分名 | name of part; q 后接会议名 | following name; t 题名 | title; u 机构 | affiliation; x ISSN | ISSN; 0* 规范号 | authority number; 1* 实体网址 | real world object; 2 来源 | source; 3 资料 | materials; 4* 关系代码 | relator code; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
720* 附加款目：非控名称 | Added entry: uncontrolled name
  1: 1 人名 | person; 2 其他 | other
  $ a! 名称 | name; e* 责任方式 | role; 4* 关系代码 | relator code; 6 连接 | linkage; 8* 连接 | link
730* 附加款目：统一题名 | Added entry: uniform title
  = 130
740* 附加款目：非控题名 | Added entry: uncontrolled title
  1: 0 0 | 0; 1 1 | 1; 2 2 | 2; 3 3 | 3; 4 4 | 4; 5 5 | 5; 6 6 | 6; 7 7 | 7; 8 8 | 8; 9 9 | 9
  2: 2 分析款目 | analytical entry
  $ a! 题名 | title; h 载体 | medium; n* 部分号 | number of part; p* 部分名 | name of part; 5 机构 | institution; 6 连接 | linkage; 8* 连接 | link
765* 原文款目 | Original language entry
  1: 0 显示附注 | display note; 1 不显示 | do not display
  2: 8 无前导词 | no display constant
  $ a 主要款目 | main entry; b 版本 | edition; c 限定信息 | qualifier; d 出版 | publication; e* 语种 | language; f* 国家 | country; g* 关系部分 | related parts; h 形态 | physical description; i* 关系 | relationship; k* 丛编 | series; l* 日期 | date; m 资料细节 | material details; n* 附注 | note; o* 其他标识 | other identifier; q 首页 | enumeration; r* 报告号 | report number; s 统一题名 | uniform title; t 题名 | title; u 技术报告号 | technical report number; v 卷期 | volume; w* 记录控制号 | record control number; x ISSN | ISSN; y CODEN | CODEN; z* ISBN | ISBN; 3 资料 | materials; 4* 关系代码 | relationship code; 5 机构 | institution; 6 连接 | linkage; 7 控制 | control; 8* 连接 | link
767* 译文款目 | Translation entry
  = 765
770* 补编款目 | Supplement entry
  = 765
772* 正编款目 | Parent of supplement
  = 765
773* 母体文献款目 | Host item
  = 765
775* 其他版本款目 | Other edition
  = 765
776* 其他载体款目 | Other physical form
  = 765
780* 先前款目 | Preceding entry
  1: 0 显示附注 | display note; 1 不显示 | do not display
  2: 0 继承 | continues; 1 部分继承 | continues in part; 2 替代 | supersedes; 3 部分替代 | supersedes in part; 4 合并而成 | formed by union; 5 吸收 | absorbed; 6 部分吸收 | absorbed in part; 7 分自 | separated from
  $ a 主要款目 | main entry; b 版本 | edition; c 限定信息 | qualifier; d 出版 | publication; g* 关系部分 | related parts; h 形态 | physical description; i* 关系 | relationship; n* 附注 | note; o* 其他标识 | other identifier; t 题名 | title; w* 记录控制号 | record control number; x ISSN | ISSN; y CODEN | CODEN; z* ISBN | ISBN; 6 连接 | linkage; 7 控制 | control; 8* 连接 | link
785* 后续款目 | Succeeding entry
  1: 0 显示附注 | display note; 1 不显示 | do not display
  2: 0 由…继承 | continued by; 1 由…部分继承 | continued in part by; 2 由…替代 | superseded by; 3 由…部分替代 | superseded in part by; 4 并入 | absorbed by; 5 部分并入 | absorbed in part by; 6 分成 | split into; 7 与…合并 | merged with; 8 改回 | changed back to
  $ a 主要款目 | main entry; b 版本 | edition; c 限定信息 | qualifier; d 出版 | publication; g* 关系部分 | related parts; h 形态 | physical description; i* 关系 | relationship; n* 附注 | note; o* 其他标识 | other identifier; t 题名 | title; w* 记录控制号 | record control number; x ISSN | ISSN; y CODEN | CODEN; z* ISBN | ISBN; 6 连接 | linkage; 7 控制 | control; 8* 连接 | link
787* 其他关系款目 | Other relationship
  = 765
800* 丛编附加款目：人名 | Series added entry: person
  1: 0 名或直序 | forename or direct order; 1 姓 | surname; 3 家族 | family name
  $ a! 名称 | name; b 世次 | numeration; c* 头衔等 | titles; d 日期 | dates; e* 责任方式 | role; f 作品日期 | date of a work; l 语种 | language; n* 编号 | number; p* 部分名 | name of part; q 全名 | fuller form; s* 版本 | version; t 题名 | title; v 卷标识 | volume; w* 记录控制号 | record control number; x ISSN | ISSN; 0* 规范号 | authority number; 6 连接 | linkage; 8* 连接 | link
810* 丛编附加款目：团体 | Series added entry: body
  1: 0 倒序 | inverted; 1 辖区名 | jurisdiction; 2 直序 | direct order
  $ a! 名称 | name; b* 下属 | subordinate unit; c* 地点 | location; d* 日期 | date; n* 编号 | number; p* 部分名 | name of part; t 题名 | title; v 卷标识 | volume; w* 记录控制号 | record control number; x ISSN | ISSN; 0* 规范号 | authority number; 6 连接 | linkage; 8* 连接 | link
830* 丛编附加款目：统一题名 | Series added entry: uniform title
  2: 0 不排检 0 位 | nonfiling 0; 1 1 | 1; 2 2 | 2; 3 3 | 3; 4 4 | 4; 5 5 | 5; 6 6 | 6; 7 7 | 7; 8 8 | 8; 9 9 | 9
  $ a! 题名 | title; d* 条约日期 | date of treaty; f 作品日期 | date of a work; g* 其他 | other; h 载体 | medium; k* 形式副标目 | form subheading; l 语种 | language; n* 部分号 | number of part; p* 部分名 | name of part; s* 版本 | version; v 卷标识 | volume; w* 记录控制号 | record control number; x ISSN | ISSN; 0* 规范号 | authority number; 3 资料 | materials; 5* 机构 | institution; 6 连接 | linkage; 7 控制 | control; 8* 连接 | link
850* 馆藏机构 | Holding institution
  $ a* 机构 | institution; 8* 连接 | link
852* 馆藏位置 | Location
  1: 0 LC 分类 | LC classification; 1 DDC | DDC; 2 NLM | NLM; 3 SuDocs | SuDocs; 4 排架号 | shelving control number; 5 题名 | title; 6 单独排架 | shelved separately; 7 见 $2 | source in $2; 8 其他 | other
  2: 0 非编号 | not enumeration; 1 一级编号 | primary enumeration; 2 二级编号 | alternative enumeration
  $ a 机构 | institution; b* 馆藏地 | sublocation; c* 架位 | shelving location; d* 旧位置 | former location; e* 地址 | address; h 分类号 | class part; i* 书号 | item part; j 排架号 | shelving control number; k* 前缀 | prefix; l 排架题名 | shelving form of title; m* 后缀 | suffix; n 国家 | country; p 条码 | piece designation; t 复本号 | copy number; x* 非公开附注 | nonpublic note; z* 公开附注 | public note; 2 来源 | source; 3 资料 | materials; 6 连接 | linkage; 8* 连接 | link
856* 电子资源地址与访问 | Electronic location and access
  1: 0 电子邮件 | e-mail; 1 FTP | FTP; 2 远程登录 | remote login; 3 拨号 | dial-up; 4 HTTP | HTTP; 7 见 $2 | method in $2
  2: 0 资源 | resource; 1 资源的版本 | version of resource; 2 相关资源 | related resource; 3 资源的部分 | component part; 4 资源部分的版本 | version of component part; 8 无前导词 | no display constant
  $ a* 主机名 | host; c* 压缩 | compression; d* 路径 | path; e* 数据来源 | data provenance; f* 文件名 | file name; g* 持久标识 | persistent identifier; h* 无法使用的地址 | non-functioning address; l* 访问条款（标准） | standardised information on access; m* 联系人 | contact; n* 访问条款 | terms governing access; o 操作系统 | operating system; p 端口 | port; q* 文件格式 | electronic format; r* 使用条款（标准） | standardised information on use; s* 文件大小 | file size; t* 使用条款 | terms governing use; u* 网址（URL） | address (URL); v* 可访问时间 | hours; w* 记录控制号 | record control number; x* 非公开附注 | nonpublic note; y* 链接文字 | link text; z* 公开附注 | public note; 2 访问方法 | access method; 3 资料 | materials; 6 连接 | linkage; 7* 访问状态 | access status; 8* 连接 | link; 9 谁可以打开（anyone 任何人、card 持证读者、inside 馆内） | who may open it (anyone, card, inside)
880* 其他文字表示 | Alternate graphic representation
886* 外来 MARC 字段 | Foreign MARC information
  1: 0 头标区 | leader; 1 控制字段 | control field; 2 数据字段 | data field
"""

MARC21_TAGS: Final[Rules] = read_rules(_TABLE)
