"""The paper that lies beside what is built: what stands where, what to set first, how it is set up, and how it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from egide.deployment import recovery
from egide.deployment.compose import variable
from egide.deployment.declaration import home
from egide.deployment.kubernetes_backup import DUMPED, RESTIC, secret_keys, secret_of
from egide.deployment.opentofu import table_of
from egide.deployment.opentofu.s3 import BY_ADDRESS
from egide.deployment.text import table
from egide.vocabulary.language import N_, Language, language

if TYPE_CHECKING:
    from egide.deployment.building import Target
    from egide.deployment.missing import Missing
    from egide.deployment.site import Site, Stand

TITLE = N_("{name}: what was built, and how it comes back")
BUILT = N_(
    "Built by Égide from the plan with SHA-256 `{digest}`. Build it again from the same plan and not a byte differs; change the plan, "
    "never these files."
)
NOT_ADVICE = N_("Decision support, not legal advice. Nothing here has been set up yet, and no secret is in any file.")
WHERE = N_("What stands where")
HEADS = (N_("Component"), N_("Place"), N_("Machine"), N_("Instances"), N_("Storage"), N_("Stands by for"))
LEFT_OUT = N_("What is not in here")
FIRST = N_("First")
SECRETS = N_("Make the namespace `{name}` of each place (`00-namespace.yaml`), and in it these secrets; only their names are known here:")
SECRET_KEY = N_("under the key `value`")
SECRET_KEYS = N_("under the keys {keys}; `password` encrypts the copies, the others open the bucket")
SECRET_VARIABLES = N_("Set these variables, in a file `.env` that nobody else may read:")
STANDS = N_("`egide.yaml` takes this machine to stand at `{place}`: say it there if it stands elsewhere, before `egide check` is believed.")
IMAGES = N_("Put these images into your registry, each checked against its publisher’s signature:")
MACHINES = N_("Answer the variables of each module, and give who signs in by the provider’s own environment variables.")
WAY_OUT = N_(
    "Machines leave for the internet by an address of their own or by their network’s; what comes in is shut but for the ports of "
    "the service."
)
BUCKET_KEYS = N_(
    "The buckets at {places} are made by their S3 address: give the keys of that object storage in AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY. Nothing goes to Amazon."
)
LINK = N_("Join the private ranges of the places (a private link or a VPN): nothing here opens the internet between them.")
NAMES = N_("In the private domain, give each of these names the address of its load balancer:")
CLUSTERS = N_("Each place needs a Kubernetes cluster that enforces network policies, with the machines of the table as its nodes.")
OWNED = N_("Volumes belong to root until they are handed over, once:")
SET_UP = N_("Set it up")
NOTHING = N_("none")


def readme(site: Site, target: Target, left: tuple[Missing, ...], lang: str, folders: set[str]) -> bytes:
    """The paper in one language, in Markdown. `folders` are those that were written."""
    speaks = language(lang)
    lines = [
        f"# {speaks.text(TITLE, {'name': site.need.name})}", "", speaks.text(BUILT, {"digest": site.digest}), "",
        speaks.text(NOT_ADVICE), "",
        f"## {speaks.text(WHERE)}", "", *_table(site, speaks), "",
    ]  # fmt: skip
    if left:
        lines += [f"## {speaks.text(LEFT_OUT)}", "", *(
            f"- **{one.component}** ({one.place}): {speaks.text(one.because.message, one.because.args)}" for one in left
        ), ""]  # fmt: skip
    lines += [f"## {speaks.text(FIRST)}", "", *_first(site, target, speaks), ""]
    lines += [f"## {speaks.text(SET_UP)}", "", *_set_up(site, target, folders), ""]
    lines += recovery.section(site, target, speaks)
    return ("\n".join(lines).rstrip("\n") + "\n").encode()


def _table(site: Site, speaks: Language) -> Iterator[str]:
    rows = []
    for stand in site.stands:
        one = stand.component
        size = f"{one.vcpus} vCPU, {one.ram_mib / 1024:g} GiB" + (f", {one.gpus} GPU" if one.gpus else "")
        sizes = (f"{one.block_gib} GiB" if one.block_gib else "", f"S3 {one.object_gib} GiB" if one.object_gib else "")
        storage = ", ".join(size for size in sizes if size)
        machine = f"`{stand.machine}` ({size})" if stand.machine else "—"
        rows.append((one.id, stand.place.key, machine, str(one.count) if one.runs else "—", storage or "—", one.spare_of or ""))
    return table([speaks.text(head) for head in HEADS], rows)


def _first(site: Site, target: Target, speaks: Language) -> Iterator[str]:
    if target == "opentofu":
        yield f"- {speaks.text(MACHINES)}"
        yield f"- {speaks.text(WAY_OUT)}"
        if by_address := [place.key for place in site.places if any(one.component.object_gib for one in site.at(place))
                          and (made := table_of(place.provider)) and made.alias in BY_ADDRESS]:  # fmt: skip
            yield f"- {speaks.text(BUCKET_KEYS, {'places': ', '.join(by_address)})}"
        if len(site.places) > 1:
            yield f"- {speaks.text(LINK)}"
        return
    running = [one for one in site.stands if one.component.run]
    secrets = sorted({secret for one in running if one.component.run for _, secret in one.component.run.secrets})
    stores = {secret_of(store): secret_keys(site, store) for store in (
        site.by_id[one.component.run.backup.to] for one in running if _copied(site, one) and one.component.run and one.component.run.backup
    )}  # fmt: skip
    images = sorted({site.image(one.component.run.image) for one in running if one.component.run}
                    | ({site.image(RESTIC)} if stores else set()))  # fmt: skip
    yield f"- {speaks.text(IMAGES)}"
    yield from (f"  - `{image}`" for image in images)
    if target == "compose":
        names = [variable(one) for one in secrets] + [variable(one, key) for one in stores for key in stores[one]]
        if names:
            yield f"- {speaks.text(SECRET_VARIABLES)} {', '.join(f'`{name}`' for name in names)}"
        owned = [one for one in running if one.component.run and one.component.run.volumes]
        if owned or stores:
            yield f"- {speaks.text(OWNED)}"
            yield from _hand_over(site, running)
        if (place := home(site)) is not None:
            yield f"- {speaks.text(STANDS, {'place': place.key})}"
        return
    if secrets or stores:
        yield f"- {speaks.text(SECRETS, {'name': site.name})}"
        yield from (f"  - `{one}`, {speaks.text(SECRET_KEY)}" for one in secrets)
        for one, keys in sorted(stores.items()):
            yield f"  - `{one}`, {speaks.text(SECRET_KEYS, {'keys': ', '.join(f'`{key}`' for key in keys)})}"
    yield f"- {speaks.text(CLUSTERS)}"
    if len({one.place.key for one in running}) > 1:
        yield f"- {speaks.text(LINK)}"
        called = sorted({flow.target for flow in site.flows if flow.target in site.by_id and site.by_id[flow.target].component.run
                         and site.by_id[flow.source].component.run and not site.same_place(flow.source, flow.target)})  # fmt: skip
        if called:
            yield f"- {speaks.text(NAMES)}"
            for stand in (site.by_id[one] for one in called):
                yield f"  - `{site.address(stand)}` → `{stand.name}-elsewhere` ({stand.place.key})"


def _copied(site: Site, stand: Stand) -> bool:
    run = stand.component.run
    return run is not None and run.backup is not None and run.backup.to in site.by_id


def _hand_over(site: Site, running: list[Stand]) -> Iterator[str]:
    for one in running:
        run = one.component.run
        paths = " ".join(volume.path for volume in run.volumes) if run else ""
        if run and paths:
            for number in range(1, one.component.count + 1):
                yield from _chown(f"{one.name}-{number}", run.user, paths)
        if run and run.backup and run.backup.command and _copied(site, one):
            yield from _chown(f"{one.name}-dump", run.user, DUMPED)


def _chown(service: str, user: int, paths: str) -> tuple[str, ...]:
    command = f"docker compose run --rm --user 0 --cap-add CHOWN --entrypoint chown {service} -R {user}:{user} {paths}"
    return "", "  ```sh", f"  {command}", "  ```"


def _set_up(site: Site, target: Target, folders: set[str]) -> Iterator[str]:
    yield "```sh"
    if target == "opentofu":
        for place in (one for one in site.places if site.folder(one) in folders):
            yield from (f"tofu -chdir={site.folder(place)} {verb}" for verb in ("init", "apply"))
    elif target == "kubernetes":
        done: list[str] = []
        for one in site.order:
            if one.component.run and one.folder not in done:
                done.append(one.folder)
                yield f"kubectl --context {one.folder} apply -k {one.folder}"
    else:
        yield "docker compose up --detach"
    yield "```"
