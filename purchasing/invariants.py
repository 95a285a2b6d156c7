"""What must always hold of suggestions.

The database itself sees to it that one title waits once, that a reader has one vote for it, and that nothing is declined without a reason.
"""

from __future__ import annotations

from kernel.invariants import sql

INVARIANTS = (
    sql(
        "suggestion.answered",
        "每条有答复的荐购都记着谁在何时答复",
        "a suggestion that was answered says when and by whom, after it was made",
        """SELECT 'suggestion ' || id FROM suggestion
           WHERE (answered_at IS NULL) <> (answered_by IS NULL) OR answered_at < created_at""",
    ),
    sql(
        "suggestion.vote_after",
        "附议不早于荐购",
        "nobody seconds a suggestion before it was made",
        """SELECT 'suggestion ' || s.id FROM suggestion s JOIN suggestion_vote v ON v.suggestion_id = s.id
           WHERE v.created_at < s.created_at GROUP BY s.id""",
    ),
)
