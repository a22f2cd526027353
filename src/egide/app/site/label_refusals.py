"""Why a site gives no label to a program. Apart from the work itself, so that who says it loads nothing of what signs."""

from __future__ import annotations

from egide.vocabulary.errors import EgideError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_


class NoDeskError(EgideError):
    """Nobody named a key to sign labels with."""

    hint = N_("whoever runs the site makes an issuer's folder (`egide trust status new`) and names it: EGIDE_SERVE_LABEL_DESK")

    def __init__(self) -> None:
        super().__init__(N_("this site signs no labels"))


class WithheldError(EgideError):
    """No label is given: what is presented is not good, or no signed record supports the level."""

    def __init__(self, because: tuple[Reason, ...]) -> None:
        self.because = because
        first = because[0] if because else Reason("none", {}, N_("nothing supports this level"))
        super().__init__(first.message, dict(first.args))


class TakenIdentifierError(EgideError):
    """A label of that identifier was issued for other credentials, or at another level."""

    def __init__(self, identifier: str) -> None:
        super().__init__(N_("another label has the identifier {id} already"), {"id": identifier[:200]})


class LaterError(EgideError):
    """The issuer's folder is held by another process, or the public log can't be reached: asked again, the same label is given."""
