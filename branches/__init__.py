"""The network's units and who may act for them: the tree, opening hours, policies, staff accounts, roles and tokens. No items here."""
