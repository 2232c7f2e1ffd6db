"""What a service of this room says no with."""

from __future__ import annotations


class Refused(ValueError):
    """Cannot be done; the message says what happened and what to do. ``code`` is for tests and views."""

    def __init__(self, code: str, message: object) -> None:
        super().__init__(code)
        self.code, self._message = code, message

    def __str__(self) -> str:
        return str(self._message)
