"""What both engines end when an old copy is put back."""

END_OPEN_QUESTIONS = (
    "UPDATE codes SET state = 'void' WHERE state = 'sent'",
    "UPDATE offers SET expires_at = created_at WHERE state IN ('open', 'confirmed')",
    "UPDATE checkouts SET expires_at = created_at WHERE state = 'open'",
    "UPDATE due_work SET due_at = created_at WHERE kind = 'expire_offer' AND state = 'due'",
    "UPDATE due_work SET leased_until = NULL WHERE state = 'due'",
    "UPDATE inbox SET leased_until = NULL WHERE state = 'due'",
    "DELETE FROM conversations",
)
"""An old copy must not answer buttons and codes that were given out after it was made."""


class BackupError(RuntimeError):
    """The copy cannot be made or put back."""


class MoveError(RuntimeError):
    """The wallet cannot be moved, or did not arrive as it was; the target is as before."""
