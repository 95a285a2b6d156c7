"""Measures Tongjie against the machine's own limit, both in one run. Scripts for developers; not part of the wheel."""
