"""The acts of this room, one file a subject: units and hours, policies, accounts, logins."""
