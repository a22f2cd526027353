"""`egide label scheme`: what each label asks, and the user's own copy of its text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, UNDETERMINED, door
from egide.cli.assess import day
from egide.cli.tools import AsJson, On
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.label.scheme import Requirement


def list_schemes(*, on: On = None, json: AsJson = False) -> int:
    """The schemes, and what each is worth on a day."""
    from egide.app import law

    when, rows = day(on), law.schemes()
    if json:
        door.emit([
            {"id": one.id, "version": one.version, "title": one.title.in_(door.LANG), "requirements": len(one.requirements),
             "levels": list(one.levels), "in_force": one.in_force.holds(when), "simulation": one.simulation, "read": one.source.read}
            for one in rows
        ])  # fmt: skip
        return DONE
    heads = N_("Scheme"), N_("Title"), N_("Requirements"), N_("Levels"), N_("That day"), N_("Read")
    table = door.table(*(door.say(one) for one in heads))
    for one in rows:
        state = N_("simulation") if one.simulation else N_("in force") if one.in_force.holds(when) else N_("not in force")
        table.add_row(
            one.id, door.plain(one.title.in_(door.LANG)), str(len(one.requirements) or len(one.objectives)), " ".join(one.levels) or "—",
            door.say(state), door.lang().label(one.source.read),
        )  # fmt: skip
    door.console().print(table)
    return DONE


def show_scheme(
    scheme: Annotated[str, Parameter(help=N_("The scheme."))],
    requirement: Annotated[str | None, Parameter(help=N_("One requirement, or the beginning of its number."))] = None,
    /,
    *,
    json: AsJson = False,
) -> int:
    """The requirements of a scheme, or some of them: titles, evidence, what computes them, your own text when you imported it."""
    from egide.app import law
    from egide.app.label import assessing as job

    wanted = law.scheme(scheme)
    rows = [one for one in wanted.requirements if requirement is None or one.id == requirement or one.id.startswith(requirement + ".")]
    if not rows:
        raise InputError(door.say(N_("no requirement of {scheme} begins with «{number}»"), scheme=scheme, number=requirement or ""))
    own = job.own_text(scheme)
    if json:
        door.emit([_requirement(one, own.get(one.id)) for one in rows])
        return DONE
    heads = N_("Requirement"), N_("Title"), N_("Evidence"), N_("Fresh for, months"), N_("Computed by"), N_("Read")
    table = door.table(*(door.say(one) for one in heads))
    for one in rows:
        title = one.title.in_(door.LANG) + (f"\n«{own[one.id]}»" if requirement and one.id in own else "")
        kinds = ", ".join(door.lang().label(f"evidence-{kind}") for kind in sorted(one.evidence))
        mark = "" if one.binding == "mandatory" else f" ({door.lang().label(f'binding-{one.binding}')})"
        table.add_row(
            one.id + mark, door.plain(title), kinds, str(one.fresh_months or "—"), "\n".join(one.computed) or "—",
            door.lang().label(one.source.read),
        )  # fmt: skip
    door.console().print(table)
    return DONE


def _requirement(one: Requirement, text: str | None) -> dict[str, Any]:
    return {
        "id": one.id, "title": one.title.in_(door.LANG), "binding": one.binding, "kinds": sorted(one.kinds),
        "evidence": sorted(one.evidence), "needs_all": one.needs_all, "fresh_months": one.fresh_months, "computed": list(one.computed),
        "limits": {
            name: [{"from": dated.period.start, "to": dated.period.end, "value": dated.value} for dated in values]
            for name, values in one.limits.items()
        },
        "levels": dict(one.levels), "standards": list(one.standards), "stands_on": list(one.stands_on), "role": one.role,
        "source": {"text": one.source.text, "at": one.source.at, "read": one.source.read}, "your_text": text,
    }  # fmt: skip


def import_scheme(
    file: Annotated[Path, Parameter(help=N_("Your own copy of the text, or a register of recognised equivalences (YAML)."))], /, *,
    scheme: Annotated[str | None, Parameter(name="--scheme", help=N_("The scheme that the text belongs to."))] = None, json: AsJson = False,
) -> int:  # fmt: skip
    """Bind your own copy of a scheme's text to its numbers, or take in a register of recognitions. It stays on this machine."""
    from egide.app.label import assessing as job

    taken = job.import_into_schemes(file, scheme)
    if isinstance(taken, tuple):
        if json:
            door.emit({"equivalences": len(taken)})
        else:
            door.out(door.lang().plural(N_("{n} recognition taken in"), N_("{n} recognitions taken in"), len(taken)))
        return DONE
    if json:
        door.emit({"scheme": taken.scheme, "bound": len(taken.texts), "missing": list(taken.missing), "twice": list(taken.twice)})
    else:
        door.out(door.say(N_("{scheme}: {n} requirements have your text"), scheme=taken.scheme, n=len(taken.texts)))
        if taken.missing:
            said = N_("not found in it: {names}")
            door.out(door.say(said, names=", ".join(taken.missing[:20]) + (" …" if len(taken.missing) > 20 else "")))
        if taken.twice:
            door.out(door.say(N_("found twice with two texts, the first was kept: {names}"), names=", ".join(taken.twice[:20])))
    return UNDETERMINED if taken.missing or taken.twice else DONE
