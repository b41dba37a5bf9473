"""Giving up on work whose answer nobody waits for any more."""

from __future__ import annotations


class Cancelled(BaseException):
    """The work was given up. No error: nothing that guards against mistakes may take it for one."""


class Cancel:
    """Asks for work to be given up, from any thread; the work looks at it often and raises `Cancelled`."""

    __slots__ = ("is_set",)

    def __init__(self) -> None:
        """Begin with nothing asked for."""
        self.is_set = False

    def set(self) -> None:
        """Ask for the work to be given up; asking again changes nothing."""
        self.is_set = True

    def check(self) -> None:
        """Raise Cancelled where the work was asked to be given up."""
        if self.is_set:
            raise Cancelled
