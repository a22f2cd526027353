"""What the pages of long work share: which work is meant, and how its state and answer read in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.accounts.errors import AbsentError
from egide.accounts.roles import Act
from egide.app.site.kinds import CHECK, IMPORT, PAPER, PLAN
from egide.infrastructure.code_findings import LEVELS
from egide.papers.infrastructure.words import COUNTED
from egide.papers.text import upper_first
from egide.store.jobs import State
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.site.works import Works
    from egide.portfolio.works.keeping import Work
    from egide.vocabulary.language import Language
    from egide.web.site import Site
    from egide.web.visit import Visit

AGAIN_SECONDS = 2
ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})
STATES = {
    State.QUEUED: N_("waiting its turn"), State.RUNNING: N_("being worked on"), State.DONE: N_("done"), State.FAILED: N_("not done"),
    State.CANCELLED: N_("stopped"),
}  # fmt: skip
NAMED = {CHECK: N_("a check"), PLAN: N_("a plan"), PAPER: N_("a paper"), IMPORT: N_("a list of services")}


def works_of(request: Visit) -> Works:
    """The long work of the site."""
    site: Site = request.site
    return site.works


def work_of(request: Visit, body_id: str, number: str) -> Work:
    """The work of that number of that body. Raises `AbsentError`."""
    known = number.isascii() and number.isdigit() and len(number) < 16
    found = works_of(request).see(body_id, int(number)) if known else None
    if found is None:
        raise AbsentError
    return found


def work_to_change(request: Visit, body_id: str, number: str) -> Work:
    """The same, for whoever may write in the body or asked for it."""
    request.for_body(body_id, Act.READ)
    one = work_of(request, body_id, number)
    if one.person != request.somebody.person.number:
        request.for_body(body_id, Act.WRITE)
    return one


def answer_text(one: Work, said: Language) -> str:
    """What came of it in a few words; its state where nothing did."""
    from egide.papers.plan.words import money

    made = one.job.result if one.job.state is State.DONE and isinstance(one.job.result, dict) else {}
    if "counts" in made:
        told = [said.plural(*COUNTED[level], made["counts"][level]) for level in LEVELS if made["counts"].get(level)]
        return upper_first(", ".join(told) or said.text(N_("no rule objects")))
    if made.get("status") == "infeasible":
        return said.text(N_("No plan meets this need."))
    if made.get("total"):
        return said.text(N_("{total} a month"), {"total": money(made["total"], said)})
    return said.text(STATES[one.job.state])
