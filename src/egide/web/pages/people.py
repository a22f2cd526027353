"""Who has which role in a body, invitations, tokens of programs, and the trail. For administrators."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.params import FromPath
from litestar.response import Redirect

from egide.accounts import entry as entries
from egide.accounts import people
from egide.accounts.roles import Act, Role
from egide.accounts.trail import lines, note
from egide.app.site import administering, forgetting
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_
from egide.web.merging import MergeError, merge_of_roles
from egide.web.rendering import page
from egide.web.routes import first_time, secret_of_form, shows, takes
from egide.web.visit import Visit

MOST_DAYS = 366
TRAIL_LINES = 50
OF_PEOPLE = frozenset({"roles", "reset-link", "locked", "unlocked", "person"})
"""The acts of the trail that are about a person, by number."""

ROLES = {
    Role.VIEWER: N_("reads verdicts, questions, papers and deadlines"),
    Role.AUTHOR: N_("brings files, answers questions, makes links for owners of data"),
    Role.EVALUATOR: N_("decides beside a verdict, with a reason and an end; reviews documents and records assessments"),
    Role.SIGNER: N_("signs labels that others assessed"),
    Role.ADMINISTRATOR: N_("invites, gives roles, makes tokens; reads no verdict by that role alone"),
}


@shows("/b/{body_id:str}/people")
def people_page(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """People, roles, tokens."""
    return _page(request, body_id)


@takes("/b/{body_id:str}/invitations", 200)
def invite(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """A link for somebody to join with the roles that were ticked. It is shown once."""
    found, roles, secret, store = request.for_body(body_id, Act.ADMINISTER), _roles(request), secret_of_form(request), request.site.store
    with store.together():
        with store.write() as tx:
            first = first_time(request, tx)
        if first:
            administering.invite(store, found.id, roles, request.somebody, secret)
    return _page(request, body_id, link=f"{request.site.base}/join/{secret}")


@takes("/b/{body_id:str}/people/{number:int}/roles")
def set_roles(request: Visit, body_id: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """The person has the roles that were ticked, and no others. None: they are gone from the body."""
    found, wanted, seen = request.for_body(body_id, Act.ADMINISTER), _roles(request, least=0), _seen(request)
    try:
        administering.set_roles(request.site.store, body_id, number, wanted, request.somebody, seen)
    except administering.ChangedRolesError as error:
        raise MergeError(0, 0, merge_of_roles(request, found, error.person, (seen, error.held, wanted))) from error
    return Redirect(f"/b/{body_id}/people", status_code=303)


@takes("/b/{body_id:str}/people/{number:int}/reset", 200)
def reset(request: Visit, body_id: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """A link by which the person chooses another password. It is shown once, and ends the one before."""
    request.for_body(body_id, Act.ADMINISTER)
    secret, store = secret_of_form(request), request.site.store
    with store.together():
        with store.write() as tx:
            first = first_time(request, tx)
        if first:
            administering.reset(store, number, request.somebody, body_id, secret)
    return _page(request, body_id, link=f"{request.site.base}/join/{secret}", whose=number)


@takes("/b/{body_id:str}/links/{id:str}/end")
def end_link(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """The link opens nothing from here on."""
    request.for_body(body_id, Act.ADMINISTER)
    administering.end_link(request.site.store, body_id, id, request.somebody)
    return Redirect(f"/b/{body_id}/people", status_code=303)


@takes("/b/{body_id:str}/people/{number:int}/lock")
def lock(request: Visit, body_id: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """Lock the person out, or let them in again, as the form says."""
    request.for_body(body_id, Act.ADMINISTER)
    administering.set_locked(request.site.store, number, request.field("locked", 3) == "yes", request.somebody, body_id)
    return Redirect(f"/b/{body_id}/people", status_code=303)


@shows("/b/{body_id:str}/people/{number:int}/erase")
def erasure(request: Visit, body_id: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """What an erasure would take away and what stays, before it is done."""
    found = request.for_body(body_id, Act.ADMINISTER)
    administering.may_touch(request.site.store, number, request.somebody, body_id)
    made = forgetting.erasure(request.site.store, str(number), by=request.somebody)
    return page(request, "erase.html.j2", body=found, made=made, alone=forgetting.ALONE, stays=forgetting.KEPT.values())


@takes("/b/{body_id:str}/people/{number:int}/erase")
def erase(request: Visit, body_id: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """Erase the person."""
    request.for_body(body_id, Act.ADMINISTER)
    administering.may_touch(request.site.store, number, request.somebody, body_id)
    forgetting.erase(request.site.store, str(number), by=request.somebody)
    return Redirect(f"/b/{body_id}/people", status_code=303)


@takes("/b/{body_id:str}/marking")
def set_marking(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """What each page and paper of the body says of its sensitivity."""
    request.for_body(body_id, Act.ADMINISTER)
    administering.set_body(request.site.store, body_id, None, request.field("marking", 200), request.somebody)
    return Redirect(f"/b/{body_id}/people", status_code=303)


@takes("/b/{body_id:str}/tokens", 200)
def add_token(request: Visit, body_id: FromPath[str]) -> Response[Any]:
    """A token for a program, in the name of whoever makes it. Its secret is shown once."""
    found = request.for_body(body_id, Act.ADMINISTER)
    scopes = {Act(one) for one in request.state.form.getall("scope", []) if one in set(Act)}
    name, days = request.field("name", 100), request.field("days")
    if not scopes or not name or not days.isdecimal() or not 1 <= int(days) <= MOST_DAYS:
        raise InputError(N_("a token has a name, something that it may do, and 1 to {n} days"), values={"n": MOST_DAYS})
    with request.site.store.write() as tx:
        drawn = secret_of_form(request)
        if first_time(request, tx):
            made, _ = entries.add_token(tx, found.id, request.somebody.person.number, name, scopes, int(days), drawn=drawn)
            note(tx, "token", made.id, body=body_id, person=request.somebody.person.number, details={"scopes": sorted(scopes)})
    return _page(request, body_id, secret=entries.TOKEN_PREFIX + drawn)


@takes("/b/{body_id:str}/tokens/{id:str}/revoke")
def revoke_token(request: Visit, body_id: FromPath[str], id: FromPath[str]) -> Response[Any]:
    """The program is shut out at its next request."""
    request.for_body(body_id, Act.ADMINISTER)
    administering.revoke_token(request.site.store, body_id, id, request.somebody)
    return Redirect(f"/b/{body_id}/people", status_code=303)


ROUTES = (people_page, invite, set_roles, reset, end_link, lock, erasure, erase, set_marking, add_token, revoke_token)


def _seen(request: Visit) -> frozenset[Role]:
    """The roles that the page showed."""
    return frozenset(Role(one) for one in request.field("seen", 200).split() if one in set(Role))


def _page(request: Visit, body_id: str, *, link: str = "", secret: str = "", whose: int | None = None) -> Response[Any]:
    found = request.for_body(body_id, Act.ADMINISTER)
    with request.site.store.read() as tx:
        members, tokens, trail = people.people_of(tx, body_id), entries.tokens(tx, body_id), lines(tx, body_id, most=TRAIL_LINES)
        links = entries.open_links(tx, body_id)
    names = {one.number: one.name for one in members}
    administrators = [one.number for one, held in members.items() if Role.ADMINISTRATOR in held]
    return page(request, "people.html.j2", body=found, administrators=administrators, members=members, tokens=tokens, trail=trail,
                names=names, roles=list(Role), acts=list(Act), link=link, secret=secret, whose=names.get(whose or 0, ""), links=links,
                of_people=OF_PEOPLE, most=TRAIL_LINES, role_says=ROLES)  # fmt: skip


def _roles(request: Visit, least: int = 1) -> frozenset[Role]:
    ticked = frozenset(Role(one) for one in request.state.form.getall("role", []) if one in set(Role))
    if len(ticked) < least:
        raise InputError(N_("tick at least one role"))
    return ticked
