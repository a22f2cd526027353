"""The way back: what is copied where, in which order things return, and how the spare takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from egide.deployment.text import table
from egide.vocabulary.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from egide.deployment.building import Target
    from egide.deployment.site import Site, Stand
    from egide.planner.workload import Backup

BACKUPS = N_("Backups")
BACKUP_HEADS = (N_("Component"), N_("Copied to"), N_("Every"), N_("Kept for"), N_("Stands at"))
HOURS = N_("{n} h")
DAYS = N_("{n} days")
OTHER_PROVIDER = N_("another provider")
SAME_PROVIDER = N_("**the same provider**: lost with it")
NO_BACKUP = N_("Nothing is copied: no component says where its backup goes.")
STATE_WITHOUT = N_("Keeps data and is copied nowhere: {names}.")
TIMER = N_("Start each copy from the machine’s own timer:")
REHEARSE = N_("A backup that was never put back is a hope. Rehearse this, on other machines, before it is needed and after every change.")
BACK = N_("To bring everything back")
ORDER = N_("In this order: first what the others speak to.")
RESTORE = N_("put its last backup back")
START = N_("start it")
MAKE = N_("make it first if it is lost; its content is the backups")
SPARE = N_("To move to the spare")
SPARE_STEP = N_("**{component}** ({place}) is lost: `{spare}` ({there}) takes over, with the flows of `{component}` open already.")
SPARE_STATE = N_("Its state is as fresh as what `{component}` sends it, or as the last backup put back there.")
PROMOTE = N_("then send everyone there:")


def section(site: Site, target: Target, speaks: Language) -> list[str]:
    """The lines of the paper on backups, return and spare."""
    lines = [f"## {speaks.text(BACKUPS)}", "", *_backups(site, target, speaks), "", f"## {speaks.text(BACK)}", "", speaks.text(ORDER), "",
             *_order(site, target, speaks), "", speaks.text(REHEARSE), ""]  # fmt: skip
    if site.spares:
        lines += [f"## {speaks.text(SPARE)}", "", *_spares(site, target, speaks)]
    return lines


def copied(site: Site) -> Iterator[tuple[Stand, Backup]]:
    """Each component that is copied, and how; a spare is copied only once it has taken over."""
    for stand in site.stands:
        run = stand.component.run
        if run and run.backup and run.backup.to in site.by_id and not stand.component.spare_of:
            yield stand, run.backup


def _backups(site: Site, target: Target, speaks: Language) -> Iterator[str]:
    rows = []
    for stand, backup in copied(site):
        store = site.by_id[backup.to]
        elsewhere = OTHER_PROVIDER if store.place.provider != stand.place.provider else SAME_PROVIDER
        rows.append((stand.component.id, f"{backup.to} ({store.place.key})", speaks.text(HOURS, {"n": backup.every_hours}),
                     speaks.text(DAYS, {"n": backup.keep_days}), speaks.text(elsewhere)))  # fmt: skip
    if rows:
        yield from table([speaks.text(head) for head in BACKUP_HEADS], rows)
    else:
        yield speaks.text(NO_BACKUP)
    known = {stand.component.id for stand, _ in copied(site)}
    bare = [one.component.id for one in site.stands
            if one.component.block_gib and not one.component.spare_of and one.component.id not in known]  # fmt: skip
    if bare:
        yield from ("", speaks.text(STATE_WITHOUT, {"names": ", ".join(f"`{name}`" for name in bare)}))
    if rows and target == "compose":
        yield from ("", speaks.text(TIMER), "", "```sh")
        for stand, backup in copied(site):
            names = [f"{stand.name}-backup"] if backup.command else [f"{stand.name}-backup-{n + 1}" for n in range(stand.component.count)]
            yield from (f"docker compose --profile backup run --rm {name}" for name in names)
        yield "```"


def _order(site: Site, target: Target, speaks: Language) -> Iterator[str]:
    back = {stand.component.id: backup for stand, backup in copied(site)}
    for number, stand in enumerate(site.order, 1):
        if not stand.component.runs:
            yield f"{number}. **{stand.component.id}** ({stand.place.key}): {speaks.text(MAKE)}"
            continue
        yield f"{number}. **{stand.component.id}** ({stand.place.key}): {speaks.text(START)}"
        yield from _fenced(_start(site, target, stand))
        if stand.component.id in back and target != "opentofu":
            yield f"   {speaks.text(RESTORE)}"
            yield from _fenced(_restore(site, target, stand, back[stand.component.id]))


def _start(site: Site, target: Target, stand: Stand) -> list[str]:
    if target == "opentofu":
        return [f"tofu -chdir={stand.folder} apply"]
    if target == "kubernetes":
        return [f"kubectl --context {stand.folder} apply -f {stand.folder}/20-{stand.name}.yaml"]
    return [f"docker compose up --detach {' '.join(f'{stand.name}-{number + 1}' for number in range(stand.component.count))}"]


def _restore(site: Site, target: Target, stand: Stand, backup: Backup) -> list[str]:
    if target == "compose":
        numbers = range(1, stand.component.count + 1)
        names = [f"{stand.name}-restore"] if backup.command else [f"{stand.name}-backup-{number}-fetch" for number in numbers]
        stop = [] if backup.command else [f"docker compose stop {' '.join(f'{stand.name}-{number}' for number in numbers)}"]
        return [*stop, *(f"docker compose --profile restore run --rm {name}" for name in names)]
    there = f"kubectl --context {stand.folder} --namespace {site.name}"
    scaled = f"{there} scale statefulset/{stand.name} --replicas="
    job = f"{there} apply -f {stand.folder}/recovery/restore-{stand.name}.yaml"
    return [job] if backup.command else [f"{scaled}0", job, f"{scaled}{stand.component.count}"]


def _spares(site: Site, target: Target, speaks: Language) -> Iterator[str]:
    for component, spare in sorted(site.spares.items()):
        if component not in site.by_id:
            continue
        base, other = site.by_id[component], site.by_id[spare]
        said = {"component": component, "place": base.place.key, "spare": spare, "there": other.place.key}
        yield f"- {speaks.text(SPARE_STEP, said)} {speaks.text(SPARE_STATE, said)}"
        callers = sorted({site.by_id[flow.source].folder for flow in site.flows
                          if flow.target == component and site.by_id[flow.source].component.run})  # fmt: skip
        if target == "kubernetes" and callers:
            yield f"  {speaks.text(PROMOTE)}"
            yield from _fenced([f"kubectl --context {one} apply -f {one}/recovery/use-spare-of-{base.name}.yaml" for one in callers])


def _fenced(lines: list[str]) -> list[str]:
    return ["", "   ```sh", *(f"   {line}" for line in lines), "   ```", ""] if lines else []
