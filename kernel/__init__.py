"""The ground under every room: database session, errors, journal, outbox, idempotency, reference data, clock, two languages.

A closed list: nothing a librarian would recognise lives here, and only `kernel.http` knows Flask.
"""
