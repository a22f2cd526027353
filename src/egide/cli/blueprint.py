"""`egide blueprint`: services to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from egide.cli import DONE, door
from egide.cli.tools import AsJson, Force
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.planner.need import Component

Name = Annotated[str, Parameter(help=N_("The blueprint: see `egide blueprint list`."))]
OUR_ESTIMATE = N_("our estimate")


def list_blueprints(*, json: AsJson = False) -> int:
    """The services that one can begin with."""
    from egide.app.plan import blueprints
    from egide.deployment.blueprints import BLUEPRINTS

    rows = [(one, blueprints.need(one.name)) for one in BLUEPRINTS.values()]
    if json:
        door.emit([{"name": one.name, "title": door.say(one.title), "about": door.say(one.about), "components": len(need.components)}
                   for one, need in rows])  # fmt: skip
        return DONE
    table = door.table(*(door.say(head) for head in (N_("Blueprint"), N_("Title"), N_("What it is"), N_("Components"))))
    for one, need in rows:
        table.add_row(one.name, door.say(one.title), door.say(one.about), str(len(need.components)))
    door.console().print(table)
    door.out(door.say(N_("Begin with one: egide blueprint new NAME FOLDER")))
    return DONE


def show(name: Name, /, *, json: AsJson = False) -> int:
    """Its components: products, licences, sizes and where they come from."""
    from egide.app.plan import blueprints

    need = blueprints.need(name)
    if json:
        door.emit({"name": name, "title": door.say(blueprints.find(name).title), "components": [_document(one) for one in need.components]})
        return DONE
    door.out(f"{door.say(blueprints.find(name).title)} — {door.say(blueprints.find(name).about)}")
    heads = N_("Component"), N_("Product"), N_("Licence"), N_("Instances"), N_("Size"), N_("Where the size comes from")
    table = door.table(*(door.say(head) for head in heads))
    for one in need.components:
        product = one.run.product if one.run else None
        table.add_row(
            one.id, door.plain(product.name if product else "—"), door.plain(product.licence if product else "—"),
            str(one.count) if one.runs else "—", _size(one), door.plain(_origin(one)),
        )  # fmt: skip
    door.console().print(table)
    return DONE


def new(name: Name, folder: Annotated[Path, Parameter(help=N_("The folder to make."))], /, *, force: Force = False) -> int:
    """Write its service.yaml into a folder, to be changed, planned and built."""
    from egide.app.plan import blueprints

    for path in blueprints.begin(name, folder, force):
        door.out(f"→ {path}")
    then = N_("Change what is yours (facts, registry, domain, sizes), then: egide plan make {path}")
    door.out(door.say(then, path=str(folder / "service.yaml")))
    return DONE


def _size(one: Component) -> str:
    parts = [
        f"{one.vcpus} vCPU, {one.ram_mib / 1024:g} GiB" if one.runs else "", f"{one.gpus} GPU" if one.gpus else "",
        f"{one.block_gib} GiB" if one.block_gib else "", f"S3 {one.object_gib} GiB" if one.object_gib else "",
    ]  # fmt: skip
    return ", ".join(part for part in parts if part)


def _origin(one: Component) -> str:
    """What is said of the size, and by whom."""
    product = one.run.product if one.run else None
    if product is None:
        return door.say(OUR_ESTIMATE)
    said = product.sizing.in_(door.LANG) if product.sizing else ""
    return f"{said} — {product.source or door.say(OUR_ESTIMATE)}" if said else product.source or door.say(OUR_ESTIMATE)


def _document(one: Component) -> dict[str, Any]:
    product = one.run.product if one.run else None
    return {
        "component": one.id, "product": product.name if product else None, "licence": product.licence if product else None,
        "image": one.run.image if one.run else None, "count": one.count, "vcpus": one.vcpus, "ram_mib": one.ram_mib, "gpus": one.gpus,
        "block_gib": one.block_gib, "object_gib": one.object_gib, "spare_of": one.spare_of,
        "sizing": product.sizing.in_(door.LANG) if product and product.sizing else None, "source": product.source if product else None,
    }  # fmt: skip
