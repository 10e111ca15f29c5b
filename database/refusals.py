"""What the database layer refuses because the request is wrong, not because a server is."""


class Refused(Exception):
    """A request that contradicts what is kept; `code` is stable, the messages are for people."""

    def __init__(self, code: str, message_en: str, message_zh: str) -> None:
        super().__init__(f"{code}: {message_en}")
        self.code = code
        self.message_en = message_en
        self.message_zh = message_zh
