"""What the operator of this installation has to put right, said in both languages."""


class OperatorError(Exception):
    """A set-up problem that only a person can solve; the text is fit to print as it is.

    Says in English and then in Chinese what is wrong, with which value, and what to do.
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(f"{en}\n{zh}")
        self.en = en
        self.zh = zh
