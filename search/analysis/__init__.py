"""How text becomes tokens. Both engines get the tokens ready made, so that they agree; nothing here knows an
engine.

`fold` makes spellings equal, `tokens` cuts, `pinyin` sounds Han text out, `identifiers` reads ISBN and call
numbers, `highlight` finds the places of a match in the text as it was written.
"""

# Raise this when the same text gives other tokens than before: the index is then built anew.
ANALYSIS_VERSION = 4
