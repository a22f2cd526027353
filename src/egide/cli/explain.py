"""`egide explain` and `egide record`: one service, its proof, its file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from egide.cli import DONE, REFUSED, door
from egide.cli.assess import Given, Labels, Mapped, judged
from egide.cli.tools import AsJson, Force, On
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from rich.tree import Tree

    from egide.app.portfolio.assess import Run
    from egide.vocabulary.findings import Decision, HostingDecision, Proof

Name = Annotated[str, Parameter(help=N_("The service, by its name or identifier."))]


def explain(
    file: Annotated[Path, Parameter(help=N_("The file of services."))],
    service: Name,
    /,
    *,
    offer: Annotated[
        str | None, Parameter(name="--offer", help=N_("Judge the service as if it ran on this offer (offer or offer/region)."))
    ] = None,
    on: On = None,
    answers: Given = None,
    mapping: Mapped = None,
    label: Labels = (),
    everything: Annotated[
        bool, Parameter(name="--all", negative="", help=N_("Show the whole proof of every rule, those that do not apply included."))
    ] = False,
    json: AsJson = False,
) -> int:
    """Show the proof for one service, and what would change the answer."""
    from egide.app.portfolio.record import find

    run = judged([file], on, answers, mapping, label)
    decision = find(run, service)
    if offer:
        from egide.app.portfolio.explain import as_if_on

        decision = as_if_on(run, decision, offer)
    if json:
        from egide.app.portfolio.explain import proof_document

        door.emit(proof_document(run, decision, door.LANG))
    else:
        _show(run, decision, everything)
    from egide.vocabulary.findings import Verdict

    return {Verdict.FORBIDDEN: REFUSED, Verdict.STOP: REFUSED, Verdict.UNDETERMINED: 3}.get(decision.verdict, DONE)


def _show(run: Run, decision: Decision, everything: bool) -> None:
    from egide.papers.text import catalogue_line, hosting_text, label_text

    console = door.console()
    service = decision.service
    console.print(f"[bold]{door.plain(service.name)}[/] · {door.plain(service.body.name or service.body.siren or '')}")
    for hosting in decision.hostings:
        where = hosting_text(hosting.hosting, run.assessment.offers, door.LANG)
        console.print(f"\n{door.plain(where)} : {door.verdict_cell(hosting.verdict)}")
        for label in hosting.labels:
            door.out(door.say(N_("Computed label: {label}"), label=label_text(label, door.LANG)))
        _show_way_out(run, hosting)
        for tree in _trees(run, decision, hosting, everything):
            console.print(tree)
    _show_offers(run, decision)
    if line := catalogue_line(run.assessment, door.LANG):
        door.out(line)


def _trees(run: Run, decision: Decision, hosting: HostingDecision, everything: bool) -> list[Tree]:
    from rich.tree import Tree

    from egide.papers.text import source_text

    case = run.doctrine.case(decision.service, hosting.hosting)
    trees = []
    for finding in run.doctrine.findings(case, everything):
        head = f"{door.answer_mark(finding.answer)} [bold]{door.plain(finding.title.in_(door.LANG))}[/] · {finding.rule}"
        tree = Tree(f"{head}\n[dim]{door.plain(source_text(finding.source, door.LANG))}[/]")
        grown = everything or finding.answer is not Answer.MET or finding.exception is not None
        for part in finding.proof.children if finding.proof and grown else ():
            _grow(tree, part, run, everything)
        trees.append(tree)
    return trees


def _grow(tree: Tree, proof: Proof, run: Run, everything: bool) -> None:
    """The branches that made the answer; all of them with ``everything``."""
    from egide.cli.lines import claim_line
    from egide.papers.text import reason_text

    if proof.reason is not None:
        branch = tree.add(f"{door.answer_mark(proof.answer)} {door.plain(reason_text(proof.reason, door.LANG, run.assessment.offers))}")
        for claim in proof.claims:
            branch.add(f"[dim]{door.plain(claim_line(claim))}[/]")
        return
    parts = [part for part in proof.children if everything or part.answer is proof.answer]
    if proof.name == "not" and len(parts) == 1 and parts[0].reason is not None:
        _grow(tree, parts[0], run, everything)
    elif proof.children:
        branch = tree.add(f"{door.answer_mark(proof.answer)} {door.lang().label(proof.name)}")
        for part in parts or proof.children:
            _grow(branch, part, run, everything)


def _show_way_out(run: Run, hosting: HostingDecision) -> None:
    from egide.papers.text import answer_text, repair_text

    if hosting.question:
        door.out(door.say(N_("The question that decides: {ask}"), ask=door.say(hosting.question.fact.ask)))
        for answer, verdict in hosting.question.would.items():
            said = answer_text(answer, run.assessment.offers, door.LANG)
            door.console().print(f"  {door.plain(said)} → {door.verdict_cell(verdict)}")
    if hosting.repairs:
        door.out(door.say(N_("What would change the answer:")))
        for repair in hosting.repairs:
            door.out(f"  • {repair_text(repair, run.assessment.offers, door.LANG)}")
    for clock in hosting.clocks:
        door.out(f"  ⏱ {door.lang().day(clock.on)} — {door.lang().text(clock.because.message, clock.because.args)}")


def _show_offers(run: Run, decision: Decision) -> None:
    from egide.cli.lines import reasons_line
    from egide.papers.text import eligible_text, offer_text

    if decision.eligible:
        door.out("\n" + door.say(N_("Lawful that day ({n}):"), n=len(decision.eligible)))
        for one in decision.eligible[:10]:
            door.out(f"  ✓ {eligible_text(one, run.assessment.offers, door.LANG)}")
    if decision.refused:
        door.out(door.say(N_("Refused ({n}):"), n=len(decision.refused)))
        for key, reasons in list(decision.refused.items())[:10]:
            door.out(f"  ✕ {offer_text(key, run.assessment.offers)} — {reasons_line(reasons[:1], run.assessment.offers)}")


def record(
    file: Annotated[Path, Parameter(help=N_("The file of services, or with --replay a record."))],
    service: Annotated[str | None, Parameter(help=N_("The service, by its name or identifier."))] = None,
    /,
    *,
    on: On = None,
    answers: Given = None,
    mapping: Mapped = None,
    out: Annotated[
        Path | None, Parameter(name="--out", help=N_("Write the record (JSON) and the note (DOCX, ODT) into this folder."))
    ] = None,
    replay: Annotated[bool, Parameter(name="--replay", negative="", help=N_("Decide a record anew and compare."))] = False,
    force: Force = False,
    json: AsJson = False,
) -> int:
    """Make the file for a hearing: facts, texts, offers refused, who decided; it can be replayed."""
    if replay:
        return _replay(file, json)
    if service is None:
        raise InputError(door.say(N_("name the service")))
    from egide.app.portfolio import record as making

    run = judged([file], on, answers, mapping)
    decision = making.find(run, service)
    made = making.record(run, decision, door.LANG)
    if out:
        for path in making.save(run, decision, made, out, door.LANG, force=force):
            door.out(f"→ {path}")
    if json:
        door.emit(made)
    elif not out:
        _show(run, decision, everything=False)
        door.out(f"\nSHA-256 {made['decision_sha256']}")
        door.out(door.say(N_("--out FOLDER writes the record; egide record FILE --replay decides it anew")))
    return DONE


def _replay(file: Path, json: bool) -> int:
    from egide.app.files import read
    from egide.app.portfolio.record import replay as again

    found = again(read(file), str(file))
    if json:
        door.emit({"same": found.same, "differences": list(found.differences), "law_changed": list(found.law_changed)})
        return DONE if found.same else REFUSED
    if found.same:
        door.out(door.say(N_("The same claims, texts and day give the same decision, byte for byte.")))
        return DONE
    door.out(door.say(N_("The replay differs in {n} places:"), n=len(found.differences)))
    for path in found.differences[:20]:
        door.out(f"  {path}")
    if found.law_changed:
        door.out(door.say(N_("These rulebooks are no longer the same: {books}"), books=list(found.law_changed)))
    return REFUSED
