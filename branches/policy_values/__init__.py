"""What values of policy settings are made of. From one shape derive what is refused and why, the words that tell a value, how it is
written in JSON, and the fields of its form (`web/pages/admin/policy_fields.py`). Pure.

`shape.py` what all have in common; `single.py` one number, word or switch; `joined.py` lists, counts by code and values with parts.
"""
