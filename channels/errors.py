"""How a call to a channel can fail, as far as the caller must tell cases apart."""


class ChannelError(Exception):
    """Base of all failures of a channel call; messages hold no secret and no personal data."""


class ChannelRefused(ChannelError):
    """The channel understood and said no; trying again changes nothing."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class ChannelThrottled(ChannelError):
    """The channel asks to wait `retry_after_seconds` before the next call."""

    def __init__(self, retry_after_seconds: float) -> None:
        super().__init__(f"throttled, try again in {retry_after_seconds:g} s")
        self.retry_after_seconds = retry_after_seconds


class ChannelUnavailable(ChannelError):
    """No usable answer: the call may or may not have had its effect; repeat it with its key."""
