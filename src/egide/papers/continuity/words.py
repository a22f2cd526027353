"""What a continuity assessment says in words: its first sentence, its disruptions, its ways, what is asked, what is shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from egide.continuity.declared import Architecture, DependencyKind, Disruption
from egide.continuity.losses import kind_of, name_of
from egide.continuity.spans import UNKNOWN, duration_text, span_text
from egide.papers.plan.words import money
from egide.papers.text import listed, source_text
from egide.vocabulary.findings import Answer
from egide.vocabulary.language import N_, Language

if TYPE_CHECKING:
    from egide.continuity import Continuity, SinglePoint, Span
    from egide.continuity.answers import Part, Reached
    from egide.continuity.leaving import Step
    from egide.continuity.order import Broken

DISRUPTIONS: Mapping[Disruption, str] = {
    Disruption.SOFTWARE: N_("software at fault"), Disruption.HARDWARE: N_("a machine lost"), Disruption.ZONE: N_("a zone lost"),
    Disruption.REGION: N_("a region lost"), Disruption.PROVIDER: N_("a provider lost"),
    Disruption.LEGAL: N_("a qualification lost, or a law that now reaches it"),
}  # fmt: skip
ARCHITECTURES: Mapping[Architecture, str] = {
    Architecture.MULTI_SITE: N_("several sites that serve"), Architecture.WARM_STANDBY: N_("a standby that runs"),
    Architecture.PILOT_LIGHT: N_("a pilot light: data there, machines off"), Architecture.BACKUP_AND_RESTORE: N_("backup and restore"),
    Architecture.NONE: N_("nothing"),
}  # fmt: skip
KINDS: Mapping[str, str] = {
    "provider": N_("provider {name}"), "region": N_("region {name}"), "zone": N_("zone {name}"), "law": N_("law of {name}"),
    "qualification": N_("qualification of {name}"), "sanction": N_("sanction on {name}"), "dependency": N_("dependency {name}"),
    "software": N_("the software of {name}"), "machine": N_("a machine of {name}"),
}  # fmt: skip
DEPENDENCIES: Mapping[DependencyKind, str] = {
    DependencyKind.DNS: N_("names (DNS)"), DependencyKind.IDENTITY: N_("identity"), DependencyKind.REGISTRY: N_("registry of images"),
    DependencyKind.KEYS: N_("keys"), DependencyKind.MAIL: N_("mail"), DependencyKind.CDN: N_("content delivery"),
    DependencyKind.MONITORING: N_("monitoring"), DependencyKind.OTHER: N_("other"),
}  # fmt: skip
HOW: Mapping[str, str] = {
    "own": N_("chosen by the service"), "controls": N_("controls a provider that the service chose"),
    "carries": N_("carries a provider that the service chose"),
}  # fmt: skip
ASKS: Mapping[str, str] = {
    "takes": N_("how long it takes to come back"), "lag": N_("how far its data stand behind"), "every": N_("how often it is backed up"),
    "restore_at": N_("where it is restored when its own place is lost"), "at": N_("where it is: provider/region/zone"),
    "keeps_data": N_("whether it keeps data"), "detection": N_("how long until a loss is noticed"),
    "decision": N_("how long until switching is decided"), "offer": N_("which offer of the catalogue it is"),
    "controlled_from": N_("from which country it is controlled"), "rto": N_("how long an outage can be borne"),
    "rpo": N_("how much data may be lost, in time"),
}  # fmt: skip
ASK_COMPONENT = N_("how it comes back: its copies, its backups, or that it is built anew")
ASK_PROVIDER = N_("who controls it, and on whom it rests")
ASK_COUNTRY = N_("in which country it is")
PARTS: Mapping[str, tuple[str, str]] = {
    "targets": (
        N_("Targets met"),
        N_("Of six disruptions, the outage and the loss of data that are within what was set; one that nobody set is not met."),
    ),
    "tests": (N_("Ways back that were tested"), N_("Of the copies, backups and rebuilds declared, those tried within the year.")),
    "independence": (
        N_("Parts without a single point"),
        N_("Of the parts that the service needs, those that no one provider, region or dependency takes for good."),
    ),
    "procedures": (
        N_("Procedures"),
        N_("An exercise passed within the year for each disruption; times to notice and decide, and roles, written down."),
    ),
}
ROLES: Mapping[str, str] = {
    "decision": N_("Who decides"), "recovery": N_("Who brings back"), "security": N_("Security"), "communication": N_("Who tells"),
    "buyer": N_("Buyer"),
}  # fmt: skip
MARKS: Mapping[Answer | None, str] = {Answer.MET: "✓", Answer.NOT_MET: "✕", Answer.UNKNOWN: "?", None: "–"}
NO_TARGET = N_("no target")
WITHIN = N_("within the target")
BEYOND = N_("beyond the target")
NOT_KNOWN = N_("not known")
DISCLAIMER = N_("Decision support, not legal advice. The day assessed is {on}.")


@dataclass(frozen=True, slots=True)
class Teller:
    """Says things of one assessment in one language."""

    made: Continuity
    lang: Language

    def t(self, message: str, **args: object) -> str:
        """A message."""
        return self.lang.text(message, args)

    def span(self, span: Span) -> str:
        """A length of time."""
        return span_text(span, self.lang)

    def lost(self, span: Span) -> str:
        """How much of the data, in time."""
        return self.t(N_("all of it")) if span.never else self.span(span)

    def away(self, span: Span) -> str:
        """How long the service is away, within a sentence."""
        if span.never:
            return self.span(span)
        return self.t(N_("outage not known")) if span == UNKNOWN else self.t(N_("{rto} away"), rto=self.span(span))

    def gone(self, span: Span) -> str:
        """How much of the data is lost, within a sentence."""
        if span.never:
            return self.t(N_("all data lost"))
        return self.t(N_("data lost not known")) if span == UNKNOWN else self.t(N_("{rpo} lost"), rpo=self.span(span))

    def target(self, seconds: int | None) -> str:
        """What was set, or that nobody did."""
        return self.t(NO_TARGET) if seconds is None else duration_text(seconds, self.lang)

    def answer(self, answer: Answer | None) -> str:
        """Within, beyond, not known, or without a target."""
        return self.t({Answer.MET: WITHIN, Answer.NOT_MET: BEYOND, Answer.UNKNOWN: NOT_KNOWN, None: NO_TARGET}[answer])

    def node(self, node: str) -> str:
        """What is lost."""
        kind, name = kind_of(node), name_of(node)
        if "?" in name:
            part = name.rpartition("?")[2].split(".")
            whose = part[1] if len(part) > 1 else "?"
            return self.t(N_("the {kind} of {name}, which is not said"), kind=self.t(KIND_ALONE[kind]), name=whose)
        if kind == "qualification" and (line := self.made.known.qualified.get(name)) is not None:
            name = f"{line.name} ({line.region})" if line.region else line.name
        return self.t(KINDS[kind], name=name)

    def loss(self, nodes: frozenset[str]) -> str:
        """All that is lost together."""
        return listed((self.node(one) for one in sorted(nodes)), self.lang.code, 6)

    def architecture(self, one: Architecture | None) -> str:
        """One of the five, or that it is not known."""
        return self.t(NOT_KNOWN if one is None else ARCHITECTURES[one])

    def ask(self, path: str) -> str:
        """What a declaration that is missing would say."""
        parts = path.split(".")
        if parts[0] == "components" and len(parts) == 2:
            return self.t(ASK_COMPONENT)
        if parts[0] == "providers" and len(parts) == 2:
            return self.t(ASK_PROVIDER)
        if parts[0] == "providers" and parts[2] == "regions":
            return self.t(ASK_COUNTRY)
        return self.t(ASKS[parts[-1]])

    def reached(self, one: Reached | None) -> str:
        """What could be reached, by what."""
        if one is None:
            return ""
        by = self.t(ARCHITECTURES[one.architecture]) if one.architecture else self.t(N_("none of the five reaches it"))
        return self.t(N_("{by}: {away}, {gone}"), by=by, away=self.away(one.rto), gone=self.gone(one.rpo))

    def planned(self, one: Reached | None) -> str:
        """What the plan would come to."""
        if one is None:
            return ""
        cost = "" if one.cost is None else self.t(N_(" ({price} a month for the spares)"), price=money(one.cost, self.lang))
        return self.t(N_("{away}, {gone}{cost}"), away=self.away(one.rto), gone=self.gone(one.rpo), cost=cost)

    def point(self, one: SinglePoint) -> str:
        """How it is shared."""
        return self.t(HOW[one.how])

    def because(self, one: Broken) -> str:
        """Why a part stops."""
        because = self.t(N_("lacks «{part}»"), part=one.because) if one.because else self.t(N_("lost itself"))
        return because if one.surely else self.t(N_("{because} (perhaps)"), because=because)

    def part(self, one: Part) -> str:
        """So many of so many."""
        said = f"{one.low}" if one.low == one.high else self.t(N_("{low} to {high}"), low=one.low, high=one.high)
        return self.t(N_("{n} of {of}"), n=said, of=one.of)

    def step(self, one: Step) -> dict[str, str]:
        """What to do, who, by when, on whose word."""
        when = self.lang.day(one.by) if one.by else self.span(one.after) if one.after else ""
        source = source_text(one.source, self.lang.code) if one.source else ""
        who = self.t(ROLES[one.who])
        held = self.made.declared.roles.get(one.who)
        return {
            "what": self.lang.text(one.what.message, one.what.args), "code": one.what.code.removeprefix("step."), "who": who,
            "held": held or "", "when": when, "source": source,
            "read": one.source.read if one.source else "",
        }  # fmt: skip

    def headline(self) -> str:
        """The sentence that answers."""
        cells = self.made.cells
        beyond = [cell for cell in cells if Answer.NOT_MET in (cell.rto_answer, cell.rpo_answer)]
        held = [cell for cell in cells if {cell.rto_answer, cell.rpo_answer} == {Answer.MET}]
        if beyond:
            return self.lang.plural(
                N_("{name}: {n} disruption of 6 takes longer, or loses more, than what was set."),
                N_("{name}: {n} disruptions of 6 take longer, or lose more, than what was set."), len(beyond),
            ).replace("{name}", self.made.declared.name)  # fmt: skip
        if len(held) == len(cells):
            return self.t(N_("{name}: every disruption is within what was set."), name=self.made.declared.name)
        return self.t(N_("{name}: nothing is known to go beyond what was set; not everything is known."), name=self.made.declared.name)

    def lead(self) -> list[str]:
        """The sentences after it: what is shared, what would settle most."""
        said = []
        points = [one for one in self.made.points if one.answer is Answer.MET]
        if points:
            said.append(self.lang.plural(
                N_("{n} thing is a single point: were it lost, a part that the service needs would have no way back."),
                N_("{n} things are single points: were one lost, a part that the service needs would have no way back."), len(points),
            ))  # fmt: skip
        if self.made.asks:
            first = self.made.asks[0]
            said.append(self.t(N_("What would settle most: continuity.{path}, {what}."), path=first.path, what=self.ask(first.path)))
        return said


KIND_ALONE: Mapping[str, str] = {"provider": N_("provider"), "region": N_("region"), "zone": N_("zone")}
