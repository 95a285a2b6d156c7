"""Realistic Chinese bibliographic records with holdings, any number of them, from one fixed seed.

Titles, names and abstracts are built from the word stock in `web/demo/data/stock`: no real book is
described. Publishers and their ISBN prefixes are real names, the numbers are not real books. The same
arguments give the same bytes.
"""

from web.demo.generator.libraries import Library, library_list
from web.demo.generator.queries import queries
from web.demo.generator.record import Record
from web.demo.generator.run import Encoding, Format, Generator

__all__ = ["Encoding", "Format", "Generator", "Library", "Record", "library_list", "queries"]
