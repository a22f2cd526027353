"""`egide site`: tokens of programs, the trail, what is forgotten and what stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.data import Db
from egide.cli.site import BodyId, InBody, Settings, of_body, opened
from egide.cli.tools import AsJson
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.accounts.entry import Token
    from egide.app.site.forgetting import Erasure

Number = Annotated[int, Parameter(name="--most", help=N_("How many lines at most."))]
DryRun = Annotated[bool, Parameter(name="--dry-run", negative="", help=N_("Say what would go, and change nothing."))]
GONE, REPLY = N_("number {n}, who is gone"), "portfolio-reply"
NOBODY = {True: N_("by a link"), False: N_("whoever runs the server")}
KINDS = {
    "sessions": N_("sessions"), "tokens": N_("tokens of programs"), "links": N_("links"), "roles": N_("roles"),
    "repeats": N_("answers kept for repeated requests"), "failures": N_("failed logins"), "questionnaires": N_("links of questionnaires"),
    "files": N_("removed files"), "answers": N_("replaced versions of answers"), "works": N_("plans and checks"),
    "people": N_("people without a role"),
}  # fmt: skip


def list_tokens(body: BodyId, /, *, db: Db = None, json: AsJson = False) -> int:
    """The tokens of programs in a body: what they may and until when. Their secrets are shown once, when they are made."""
    with opened(db) as store, of_body(body):
        from egide.app.site import administering

        found = administering.tokens(store, body)
    if json:
        door.emit([_token(one) for one in found])
    elif not found:
        door.out(door.say(N_("No token.")))
    else:
        table = door.table(*(door.say(head) for head in (N_("Token"), N_("Name"), N_("May"), N_("Ends"))))
        for one in found:
            may = ", ".join(door.lang().label(f"act-{act}") for act in sorted(one.scopes))
            ends = door.say(N_("revoked")) if one.revoked else door.lang().day(one.ends_at.date())
            table.add_row(one.id, door.plain(one.name), may, ends)
        door.console().print(table)
    return DONE


def revoke_token(
    body: BodyId, token: Annotated[str, Parameter(help=N_("The token, as `egide site token list` names it."))], /, *,
    db: Db = None, json: AsJson = False,
) -> int:  # fmt: skip
    """Withdraw a token: its program is shut out at its next request."""
    with opened(db) as store, of_body(body):
        from egide.app.site import administering

        administering.revoke_token(store, body, token)
    if json:
        door.emit({"body": body, "token": token, "revoked": True})
    else:
        door.out(door.say(N_("The token {token} opens nothing any more."), token=token))
    return DONE


def trail(
    *, body: InBody = None, most: Number = 100,
    before: Annotated[int | None, Parameter(name="--before", help=N_("Only lines before the one of this number."))] = None,
    db: Db = None, json: AsJson = False,
) -> int:  # fmt: skip
    """Who did what, newest first. `egide data verify` tells whether a line was changed or taken out."""
    with opened(db) as store, of_body(body):
        from egide.app.site import administering

        found = administering.trail(store, body, max(1, min(most, 10_000)), before)
    if json:
        door.emit([
            {"number": one.number, "at": one.at.isoformat(), "body": one.body, "act": one.act, "about": one.about, "person": one.person,
             "name": name, "token": one.token, "details": dict(one.details)} for one, name in found
        ])  # fmt: skip
        return DONE
    table = door.table(*(door.say(head) for head in (N_("Line"), N_("When"), N_("Body"), N_("Who"), N_("Act"), N_("Of what"))))
    for one, name in found:
        whose = name or (door.say(NOBODY[one.act == REPLY]) if one.person is None else door.say(GONE, n=str(one.person)))
        by = f"{whose} ({door.say(N_('by a program'))})" if one.token else whose
        table.add_row(str(one.number), one.at.strftime("%Y-%m-%d %H:%M"), one.body or "", door.plain(by),
                      door.lang().label(f"done-{one.act}"), door.plain(one.about))  # fmt: skip
    door.console().print(table)
    return DONE


def erase(
    person: Annotated[str, Parameter(help=N_("Whom: a login or number; with --name, the name of somebody without an account."))], /, *,
    name: Annotated[bool, Parameter(name="--name", negative="", help=N_("The person had no account: look for this name."))] = False,
    dry_run: DryRun = False, db: Db = None, json: AsJson = False,
) -> int:  # fmt: skip
    """Erase a person: account, sessions, tokens, links, and their name in answers and decisions. Says what stays, and why."""
    with opened(db) as store:
        from egide.app.site import forgetting

        work = forgetting.erasure if dry_run else forgetting.erase
        found = work(store, person, by_name=name)
    if json:
        door.emit({"done": not dry_run, **_erasure(found), "stays": {key: door.say(text) for key, text in forgetting.KEPT.items()}})
        return DONE
    door.out(door.say(N_("This would go; nothing is changed yet:") if dry_run else N_("Erased:")))
    for line in _lines(found):
        door.out(f"  {line}")
    if found.namesakes:
        said = N_("{n} others have this name: it stays in answers and decisions, as it can't be told whose it is")
        door.out("! " + door.say(said, n=found.namesakes))
    if found.alone:
        door.out("! " + door.say(forgetting.ALONE, bodies=found.alone))
    door.out(door.say(N_("What stays, and why:")))
    for text in forgetting.KEPT.values():
        door.out(f"  {door.say(text)}")
    return DONE


def retention(*, dry_run: DryRun = False, settings: Settings = None, db: Db = None, json: AsJson = False) -> int:
    """Forget what is kept longer than the settings allow: links, sessions, removed files, old versions, people who left."""
    from egide.app.site.serving import serving

    chosen = serving(settings)
    with opened(db) as store:
        from egide.app.site import forgetting

        found = (forgetting.outlived if dry_run else forgetting.forget_outlived)(store, chosen)
    days = {name: getattr(chosen, f"keep_{name}_days") for name in ("links", "works", "files", "answers", "people")}
    if json:
        door.emit({"done": not dry_run, "keep_days": days, "forgotten": dict(found)})
        return DONE
    some = {name: count for name, count in found.items() if count}
    if not some:
        door.out(door.say(N_("Nothing is kept longer than it may be.")))
        return DONE
    door.out(door.say(N_("This would go; nothing is changed yet:") if dry_run else N_("Forgotten:")))
    for name, count in some.items():
        door.out(f"  {door.say(KINDS[name])}{door.say(N_(': '))}{door.lang().value(count)}")
    return DONE


def _token(one: Token) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "scopes": sorted(one.scopes), "created_at": one.created_at.isoformat(),
            "ends_at": one.ends_at.isoformat(), "revoked": one.revoked}  # fmt: skip


def _erasure(found: Erasure) -> dict[str, Any]:
    named = [{"body": one.body, "versions": one.versions, "answers": one.answers, "decisions": one.decisions,
              "questionnaires": one.questionnaires, "files": list(one.files)} for one in found.named]  # fmt: skip
    return {
        "person": found.number, "pseudonym": found.pseudonym, "account": dict(found.traces), "named": named, "reviews": found.reviews,
        "dossiers": [{"body": body, "name": name} for body, name in found.dossiers], "namesakes": found.namesakes,
        "alone": list(found.alone),
    }  # fmt: skip


def _lines(found: Erasure) -> list[str]:
    say, count = door.say, door.lang().value
    lines = [] if found.number is None else [say(N_("the account: login, name, password"))]
    lines += [f"{say(KINDS[kind])}{say(N_(': '))}{count(n)}" for kind, n in found.traces.items() if n and kind in KINDS]
    for one in found.named:
        if one.versions or one.questionnaires:
            said = N_("{body}: the name in {answers} answers, {decisions} decisions and {links} questionnaires becomes «{pseudonym}»")
            lines.append(say(said, body=one.body, answers=one.answers, decisions=one.decisions, links=one.questionnaires,
                             pseudonym=found.pseudonym))  # fmt: skip
    if found.reviews:
        lines.append(say(N_("the name in {n} reasons of reviews becomes «{pseudonym}»"), n=found.reviews, pseudonym=found.pseudonym))
    held = N_("{body}: the file {file} holds the name, and stays")
    lines += ["! " + say(held, body=one.body, file=file) for one in found.named for file in one.files]
    lines += ["! " + say(N_("{body}: the dossier {name} holds the name, and stays"), body=body, name=name) for body, name in found.dossiers]
    return lines or [say(N_("nothing is here of that name"))]
