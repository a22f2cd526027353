"""Steps 1 to 8 joined: one function of the bytes, the question and what is at hand; asked again, it gives the same answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from egide.trust.credentials.results import Mode, Outcome, Step, StepName, Verification, folded
from egide.trust.credentials.verifying import verify as verify_credentials
from egide.trust.linked.integrity import embedded
from egide.trust.pipeline.knowledge import NOTHING_KNOWN, Knowledge
from egide.trust.pipeline.meaning import Meaning, meanings, shape_steps
from egide.trust.pipeline.policy import Case, policy_step
from egide.trust.pipeline.scopes import DEFAULT, Scope

if TYPE_CHECKING:
    from egide.trust.pipeline.material import Material
    from egide.trust.shapes import Shapes


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a file."""

    now: datetime
    """The moment, with its time zone."""
    mode: Mode = Mode.STRICT
    scope: Scope = DEFAULT
    knowledge: Knowledge = NOTHING_KNOWN
    shapes: Shapes | None = None
    """Shapes of one's own, instead of the release that the scope names."""


class Checked(msgspec.Struct, frozen=True):
    """The answers, and all that they depend on."""

    verification: Verification
    question: Question
    file_digest: str
    """SHA-256 of the file, hexadecimal."""
    meanings: tuple[Meaning, ...]
    shapes_digest: str | None
    material: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Anchors and lists of issuers, by digest."""

    @property
    def outcome(self) -> Outcome:
        """The verdict."""
        return self.verification.outcome

    @property
    def steps(self) -> tuple[Step, ...]:
        """One for each question, over all credentials of the file."""
        return self.verification.steps

    @property
    def contexts(self) -> dict[str, str]:
        """Each context that was used, to the SHA-256 of its file."""
        return {name: digest for one in self.meanings for name, digest in sorted(one.reading.contexts.items())}


def verify(content: bytes, file: str, question: Question, at_hand: Material) -> Checked:
    """The whole verification of a file.

    Raises `InputError` when the file is neither a token nor a credential or presentation.
    """
    mode, scope = question.mode, question.scope
    world = at_hand.world.asked(chain_required=scope.chain_required, embedded=embedded(at_hand.linked, question.now, mode))
    first = verify_credentials(content, file, mode, question.now, world)
    found = meanings([part.opened for part in first.parts], at_hand.linked, mode)
    steps = [one.reading.step(one.opened.at) for one in found]
    shapes = question.shapes or (at_hand.shapes.get(scope.shapes) if scope.shapes else None)
    if scope.shapes or question.shapes:
        steps.extend(shape_steps(found, shapes, scope.shapes, mode, own=question.shapes is not None))
    if found:
        labelled = StepName.BINDING in [step.name for step in first.steps]
        steps.append(policy_step(scope, Case(first.parts, found, at_hand.roles, question.knowledge, mode, question.now, labelled)))
    whole = first.joined(folded(steps))
    used = shapes.digest if shapes and StepName.SHAPES in [step.name for step in whole.steps] else None
    return Checked(whole, question, hashlib.sha256(content).hexdigest(), tuple(found), used, at_hand.digests)
