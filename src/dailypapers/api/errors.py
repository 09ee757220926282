"""What a program is told when a call cannot be answered."""

from collections.abc import Mapping


class CallRefused(Exception):
    """A call that cannot be answered: the status, and words for who wrote the program.

    `field` is the parameter or the part of the body that is wrong, `headers` are sent with the answer.
    """

    def __init__(
        self, status: int, told: str, field: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(told)
        self.status = status
        self.told = told
        self.field = field
        self.headers = dict(headers or {})
