"""What can go wrong with bodies and people. A door says «not there» to whoever may not know that something is."""

from __future__ import annotations

from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import N_


class AbsentError(EgideError):
    """Not there, or not for this person: nobody learns which."""

    def __init__(self) -> None:
        super().__init__(N_("there is nothing here, or nothing that you may see"))
        self.hint = N_("check the address; an administrator of the body gives roles in it")


class NotAllowedError(EgideError):
    """The body is theirs, but not this act."""

    def __init__(self, act: str) -> None:
        super().__init__(N_("your roles do not allow this: {act}"), {"act": f"act-{act}"})
        self.hint = N_("an administrator of the body gives roles")


class RefusedLoginError(EgideError):
    """The login, the password, or both are wrong: which, nobody learns."""

    def __init__(self) -> None:
        super().__init__(N_("the name or the password is wrong"))


class TooOftenError(EgideError):
    """Too many failed attempts: the next one must wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(N_("too many attempts: try again in {seconds} seconds"), {"seconds": seconds})
        self.seconds = seconds


class SpentError(EgideError):
    """A link that was used, has ended, or never was."""

    hint = N_("if you have used it, log in with the name and the password that you chose; otherwise ask whoever gave it to you for another")

    def __init__(self, hint: str | None = None) -> None:
        super().__init__(N_("this link was used already, has ended, or gave way to a newer one"))
        self.hint = hint or self.hint


class TakenError(EgideError):
    """The name is somebody else's."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("`{name}` is taken already"), {"name": name})


class UnknownPersonError(EgideError):
    """Nobody has that login or number."""

    hint = "egide site person list"

    def __init__(self, given: str) -> None:
        super().__init__(N_("nobody here has the login or the number `{given}`"), {"given": given})
