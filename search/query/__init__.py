"""Reads what a person typed. Every string is a query: what is no word, no "phrase" and no -word is left
aside, never an error.

Words must all occur; OR or | between two words asks for either; a * at the end of a Latin word leaves its
end open; a name and a colon before a word or phrase (作者:鲁迅, title:"red chamber") says where it is to stand; year:2015..2020 and
class:I247 narrow. Brackets hold words together where an operator, a minus or a name has to do with them (-(教材 OR 教辅),
题名:(红楼梦 OR 石头记)), else they are part of a title. Between two longer words 与, 或 and 非 mean AND, OR and NOT. Words in Latin letters
are also looked for by sound and by initials; numbers also as ISBN, barcode and call number. An engine's own syntax is text.
"""

from search.query.parse import LONGEST_QUERY, MOST_LEAVES, ParsedQuery, QueryTooLong, parse, with_a_word_less
from search.query.placing import leaves

__all__ = ["LONGEST_QUERY", "MOST_LEAVES", "ParsedQuery", "QueryTooLong", "leaves", "parse", "with_a_word_less"]
