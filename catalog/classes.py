"""Classes of the Chinese Library Classification by name: the 22 main ones and those that a county's library uses most. Pure.

The labels are our own short ones, for the text of the classification is not free. A county that has it loads its own table
(`tongjie classes load`), whose names then stand before these.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from typing import Final

from catalog.callnumbers import is_class_number, tidy
from kernel.i18n import Text

CLASSES: Final[dict[str, Text]] = {
    "A": Text("经典理论", "Marxist classics"),
    "B": Text("哲学宗教", "Philosophy, religion"),
    "C": Text("社科总论", "Social sciences"),
    "D": Text("政治法律", "Politics, law"),
    "E": Text("军事", "Military"),
    "F": Text("经济", "Economics"),
    "G": Text("文教体育", "Education, sports"),
    "H": Text("语言文字", "Language"),
    "I": Text("文学", "Literature"),
    "J": Text("艺术", "Arts"),
    "K": Text("历史地理", "History, geography"),
    "N": Text("科学总论", "Science in general"),
    "O": Text("数理化", "Mathematics, physics, chemistry"),
    "P": Text("天文地球", "Astronomy, earth"),
    "Q": Text("生物", "Biology"),
    "R": Text("医药卫生", "Medicine, health"),
    "S": Text("农林牧渔", "Agriculture"),
    "T": Text("工业技术", "Technology"),
    "U": Text("交通运输", "Transport"),
    "V": Text("航空航天", "Aviation, space"),
    "X": Text("环境安全", "Environment, safety"),
    "Z": Text("综合图书", "General works"),
}

DIVISIONS: Final[dict[str, Text]] = {
    "A1": Text("马克思恩格斯著作", "works of Marx and Engels"),
    "A4": Text("毛泽东著作", "works of Mao Zedong"),
    "A8": Text("研究与学习", "study of Marxism"),
    "B0": Text("哲学理论", "theory of philosophy"),
    "B2": Text("中国哲学", "Chinese philosophy"),
    "B22": Text("先秦诸子", "masters before Qin"),
    "B3": Text("亚洲哲学", "Asian philosophy"),
    "B5": Text("欧洲哲学", "European philosophy"),
    "B81": Text("逻辑学", "logic"),
    "B82": Text("伦理修养", "ethics"),
    "B83": Text("美学", "aesthetics"),
    "B84": Text("心理学", "psychology"),
    "B848": Text("个性与励志", "personality, self-help"),
    "B9": Text("宗教", "religion"),
    "B94": Text("佛教", "Buddhism"),
    "B95": Text("道教", "Taoism"),
    "B96": Text("伊斯兰教", "Islam"),
    "B97": Text("基督教", "Christianity"),
    "C8": Text("统计学", "statistics"),
    "C91": Text("社会学", "sociology"),
    "C913": Text("婚姻家庭与生活", "family and social life"),
    "C92": Text("人口学", "population"),
    "C93": Text("管理学", "management"),
    "C95": Text("民族学", "ethnology"),
    "C96": Text("人才学", "human resources"),
    "D0": Text("政治理论", "political theory"),
    "D2": Text("中国共产党", "Communist Party of China"),
    "D6": Text("中国政治", "politics of China"),
    "D63": Text("国家行政", "public administration"),
    "D64": Text("思想教育", "political education"),
    "D8": Text("外交国际关系", "foreign relations"),
    "D9": Text("法律", "law"),
    "D92": Text("中国法律", "law of China"),
    "D923": Text("民法", "civil law"),
    "D924": Text("刑法", "criminal law"),
    "E0": Text("军事理论", "military theory"),
    "E2": Text("中国军事", "China's military"),
    "E9": Text("武器与军事技术", "weapons, military technology"),
    "F0": Text("经济学", "economics"),
    "F1": Text("世界与各国经济", "economies of the world"),
    "F12": Text("中国经济", "economy of China"),
    "F2": Text("经济管理", "economic management"),
    "F23": Text("会计", "accounting"),
    "F27": Text("企业经济", "business management"),
    "F3": Text("农业经济", "agricultural economy"),
    "F32": Text("中国农业农村", "farming and villages of China"),
    "F4": Text("工业经济", "industrial economy"),
    "F49": Text("信息产业", "information industry"),
    "F5": Text("交通运输经济", "transport economy"),
    "F59": Text("旅游经济", "tourism"),
    "F7": Text("贸易商业", "trade"),
    "F71": Text("营销", "marketing"),
    "F8": Text("财政金融", "finance"),
    "F83": Text("金融银行", "money, banking, investment"),
    "G0": Text("文化理论", "theory of culture"),
    "G1": Text("各国文化", "culture of countries"),
    "G2": Text("信息与传播", "information, media"),
    "G21": Text("新闻", "journalism"),
    "G23": Text("出版", "publishing"),
    "G25": Text("图书馆", "libraries"),
    "G4": Text("教育理论", "education"),
    "G61": Text("学前教育", "pre-school education"),
    "G62": Text("小学教育", "primary schools"),
    "G63": Text("中学教育", "secondary schools"),
    "G64": Text("高等教育", "universities"),
    "G78": Text("家庭教育", "education in the family"),
    "G8": Text("体育", "sports"),
    "G84": Text("球类", "ball games"),
    "G85": Text("武术", "martial arts"),
    "G89": Text("棋牌与文体活动", "board games, pastimes"),
    "H0": Text("语言学", "linguistics"),
    "H1": Text("汉语", "Chinese"),
    "H12": Text("文字", "Chinese characters"),
    "H15": Text("写作修辞", "writing, rhetoric"),
    "H16": Text("字典词典", "dictionaries of Chinese"),
    "H19": Text("汉语教学", "teaching of Chinese"),
    "H2": Text("少数民族语言", "languages of China's peoples"),
    "H3": Text("常用外语", "foreign languages"),
    "H31": Text("英语", "English"),
    "H36": Text("日语", "Japanese"),
    "I0": Text("文学理论", "theory of literature"),
    "I1": Text("世界文学", "world literature"),
    "I2": Text("中国文学", "Chinese literature"),
    "I20": Text("文学史与评论", "history and criticism"),
    "I21": Text("作品集", "collected works"),
    "I22": Text("诗歌", "poetry"),
    "I23": Text("戏剧", "drama"),
    "I24": Text("小说", "fiction"),
    "I242": Text("古代小说", "classical fiction"),
    "I246": Text("现代小说", "fiction 1919–1949"),
    "I247": Text("当代小说", "contemporary fiction"),
    "I247.5": Text("长篇小说", "novels"),
    "I247.57": Text("新体长篇小说", "modern novels"),
    "I247.7": Text("短篇小说", "short stories"),
    "I247.8": Text("故事与微型小说", "stories, very short fiction"),
    "I25": Text("报告文学", "reportage"),
    "I26": Text("散文", "essays"),
    "I27": Text("民间文学", "folk literature"),
    "I28": Text("儿童文学", "children's literature"),
    "I287": Text("当代儿童文学", "contemporary children's literature"),
    "I3": Text("亚洲文学", "Asian literature"),
    "I313": Text("日本文学", "Japanese literature"),
    "I5": Text("欧洲文学", "European literature"),
    "I512": Text("俄罗斯文学", "Russian literature"),
    "I561": Text("英国文学", "English literature"),
    "I565": Text("法国文学", "French literature"),
    "I712": Text("美国文学", "American literature"),
    "J0": Text("艺术理论", "theory of art"),
    "J2": Text("绘画", "painting"),
    "J228": Text("漫画连环画", "comics"),
    "J29": Text("书法篆刻", "calligraphy, seals"),
    "J4": Text("摄影", "photography"),
    "J5": Text("工艺美术", "crafts"),
    "J6": Text("音乐", "music"),
    "J7": Text("舞蹈", "dance"),
    "J8": Text("戏曲曲艺", "opera, storytelling"),
    "J9": Text("电影电视", "film, television"),
    "K1": Text("世界史", "world history"),
    "K2": Text("中国史", "history of China"),
    "K20": Text("通史", "general histories"),
    "K25": Text("近代史", "modern history"),
    "K27": Text("当代史", "contemporary history"),
    "K29": Text("地方史志", "local history"),
    "K81": Text("传记", "biography"),
    "K82": Text("中国人物", "people of China"),
    "K825": Text("各界人物", "people by profession"),
    "K83": Text("外国人物", "people abroad"),
    "K85": Text("考古文物", "archaeology"),
    "K87": Text("中国文物考古", "archaeology of China"),
    "K89": Text("风俗习惯", "customs"),
    "K9": Text("地理", "geography"),
    "K92": Text("中国地理", "geography of China"),
    "K928": Text("旅游名胜", "sights, travel guides"),
    "N4": Text("科普", "popular science"),
    "N49": Text("科普读物", "popular science books"),
    "O1": Text("数学", "mathematics"),
    "O3": Text("力学", "mechanics"),
    "O4": Text("物理", "physics"),
    "O6": Text("化学", "chemistry"),
    "P1": Text("天文学", "astronomy"),
    "P3": Text("地球物理", "geophysics"),
    "P4": Text("气象", "weather, climate"),
    "P5": Text("地质", "geology"),
    "P7": Text("海洋", "oceans"),
    "Q1": Text("普通生物学", "biology"),
    "Q3": Text("遗传学", "genetics"),
    "Q94": Text("植物", "plants"),
    "Q95": Text("动物", "animals"),
    "Q96": Text("昆虫", "insects"),
    "Q98": Text("人类学", "anthropology"),
    "R1": Text("预防医学与卫生", "public health"),
    "R15": Text("营养与食品卫生", "nutrition"),
    "R16": Text("个人保健", "personal health"),
    "R17": Text("妇幼保健", "mother and child"),
    "R2": Text("中医", "Chinese medicine"),
    "R24": Text("中医临床与养生", "practice of Chinese medicine"),
    "R28": Text("中药", "Chinese drugs"),
    "R4": Text("临床护理", "nursing"),
    "R5": Text("内科", "internal medicine"),
    "R6": Text("外科", "surgery"),
    "R71": Text("妇产科", "obstetrics, gynaecology"),
    "R72": Text("儿科", "paediatrics"),
    "R74": Text("神经精神", "neurology, psychiatry"),
    "R9": Text("药学", "pharmacy"),
    "S1": Text("农业基础", "soil and basics of farming"),
    "S4": Text("植物保护", "plant protection"),
    "S5": Text("农作物", "crops"),
    "S6": Text("园艺", "horticulture"),
    "S63": Text("蔬菜", "vegetables"),
    "S66": Text("果树", "fruit"),
    "S68": Text("花卉", "flowers"),
    "S7": Text("林业", "forestry"),
    "S8": Text("畜牧兽医", "livestock"),
    "S9": Text("水产", "fisheries"),
    "TB": Text("一般工业技术", "general engineering"),
    "TG": Text("金属工艺", "metalworking"),
    "TH": Text("机械", "machinery"),
    "TM": Text("电工", "electrical engineering"),
    "TN": Text("电子通信", "electronics, communication"),
    "TP": Text("自动化与计算机", "automation, computing"),
    "TP18": Text("人工智能", "artificial intelligence"),
    "TP3": Text("计算机", "computers"),
    "TP311": Text("程序与软件", "programming, software"),
    "TP312": Text("程序语言", "programming languages"),
    "TP39": Text("计算机应用", "applied computing"),
    "TQ": Text("化工", "chemical industry"),
    "TS": Text("轻工手工业", "light industry, crafts"),
    "TS94": Text("服装", "clothing"),
    "TS97": Text("生活服务", "home and living"),
    "TS971": Text("饮食文化", "food culture"),
    "TS972": Text("烹饪", "cooking"),
    "TS976": Text("家政与手工", "housekeeping"),
    "TU": Text("建筑", "building"),
    "TU98": Text("城乡规划", "town and country planning"),
    "TV": Text("水利", "water engineering"),
    "U4": Text("公路与汽车", "roads, cars"),
    "U46": Text("汽车", "motor cars"),
    "V2": Text("航空", "aviation"),
    "V4": Text("航天", "spaceflight"),
    "X1": Text("环境科学", "environmental science"),
    "X5": Text("污染防治", "pollution control"),
    "X9": Text("安全科学", "safety"),
    "Z1": Text("丛书", "series"),
    "Z2": Text("百科全书", "encyclopaedias"),
    "Z22": Text("中国百科", "Chinese encyclopaedias"),
    "Z228": Text("青少年百科", "encyclopaedias for the young"),
    "Z5": Text("年鉴", "yearbooks"),
    "Z8": Text("目录索引", "bibliographies"),
}

DEEPEST: Final = 64  # no classification has as many steps
LAST_CHARACTER: Final = "\uffff"  # behind all that a number is written with


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassEntry:
    """A class with its name, and the class above it that has one."""

    code: str
    label: Text
    parent: str | None


class ClassTable:
    """All classes that have a name, those of the county before our own. A parent that leads back to its class is passed over."""

    def __init__(self, own: Mapping[str, tuple[str, str | None]] | None = None) -> None:
        labels = CLASSES | DIVISIONS | {code: Text(label, label) for code, (label, _) in (own or {}).items()}
        hung = {code: _above(code, labels) for code in labels}
        for code, (_, parent) in (own or {}).items():
            if parent in labels and not _leads_to(code, parent, hung):
                hung[code] = parent
        self.by_code: dict[str, ClassEntry] = {
            code: ClassEntry(code=code, label=labels[code], parent=hung[code]) for code in sorted(labels)
        }
        self._entries = list(self.by_code.values())
        self._codes = list(self.by_code)
        self._names = [f"{entry.label.zh}\n{entry.label.en}".casefold() for entry in self._entries]
        self._below: dict[str | None, list[ClassEntry]] = {}
        for entry in self._entries:
            self._below.setdefault(entry.parent, []).append(entry)

    @property
    def main(self) -> dict[str, Text]:
        """The names of the main classes."""
        return {code: self.by_code[code].label for code in CLASSES}

    def below(self, code: str | None) -> list[ClassEntry]:
        """The classes right below one; the main classes for None."""
        return list(self._below.get(code, ()))

    def path(self, code: str) -> list[ClassEntry]:
        """From the main class down to this one, as far as they have names. A class without one begins at what holds it."""
        found: list[ClassEntry] = []
        step = code if code in self.by_code else _above(code, self.by_code)
        while step is not None:
            found.insert(0, self.by_code[step])
            step = self.by_code[step].parent
        return found

    def search(self, words: Iterable[str]) -> list[ClassEntry]:
        """Those whose name holds all of these words, in either language, or whose number begins with one of them."""
        wanted = [word for word in words if word]
        places = set[int]().union(*(self._speaking_of(word) for word in wanted[:1]))
        for word in wanted[1:]:
            places &= self._speaking_of(word)
        return [self._entries[place] for place in sorted(places)]

    def offers(self, typed: str, limit: int) -> list[ClassEntry]:
        """What was most likely meant by what was typed so far. A number: itself, then what lies nearest below it; where nothing does, the
        class that holds it. Words: the widest classes first."""
        number = tidy(typed).upper()
        found = [self._entries[place] for place in self._beginning_with(number)]
        if not found and is_class_number(number):
            found = self.path(number)[-1:]
        found = found or self.search(typed.split())
        return nsmallest(limit, found, key=lambda entry: (len(entry.code), entry.code))

    def _beginning_with(self, number: str) -> range:
        """The places of the classes whose number begins so; none for an empty one."""
        if not number:
            return range(0)
        return range(bisect_left(self._codes, number), bisect_left(self._codes, number + LAST_CHARACTER))

    def _speaking_of(self, word: str) -> set[int]:
        """The places of the classes whose name holds the word or whose number begins with it."""
        folded = word.casefold()
        named = {place for place, names in enumerate(self._names) if folded in names}
        return named.union(self._beginning_with(word.upper()))


def _leads_to(code: str, parent: str, hung: Mapping[str, str | None]) -> bool:
    """Whether the way up from a parent comes to the class itself, which would cut off both from the tree, or to no end in sight."""
    step: str | None = parent
    for _ in range(DEEPEST):
        if step is None or step == code:
            return step == code
        step = hung[step]
    return True


def _above(code: str, known: Mapping[str, object]) -> str | None:
    """The longest class that holds this one: I247 for I247.5."""
    shorter = (code[:end] for end in range(len(code) - 1, 0, -1))
    return next((one for one in shorter if one in known), None)
