"""Putting it together: the application, settings, the `tongjie` command, logins, reader pages and the staff desk. No rules."""
