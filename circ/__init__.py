"""Circulation: loans, the rules of lending, and where a returned book goes. No index, no HTML."""
