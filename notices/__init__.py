"""Notices: what is said, by which channel, and what was sent to whom. Who is owed one is decided above, in `circ`."""
