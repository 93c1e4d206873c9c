"""SMS out: channels, and what the waiting work of SMS becomes."""

from gateway.sms.channels import (
    Channel,
    OutgoingSms,
    SmsUrlError,
    UnreachableError,
    create_channel,
)

__all__ = ["Channel", "OutgoingSms", "SmsUrlError", "UnreachableError", "create_channel"]
