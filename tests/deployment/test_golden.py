"""What people read of what is built, kept whole: `python -m tests.deployment.test_golden` writes it again, to be reviewed as prose."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.deployment.plans import blueprint, plan_of

from egide.deployment import Site, Target, build
from egide.planner.need_form import read_need

GOLDEN = Path(__file__).with_name("golden")
KEPT = {
    "kubernetes-LISEZMOI.md": (Target.KUBERNETES, "LISEZMOI.md"), "kubernetes-README.md": (Target.KUBERNETES, "README.md"),
    "compose-LISEZMOI.md": (Target.COMPOSE, "LISEZMOI.md"), "opentofu-README.md": (Target.OPENTOFU, "README.md"),
    "opentofu-ovh.tf.json": (Target.OPENTOFU, "ovh-gra11/main.tf.json"), "kubernetes-egide.yaml": (Target.KUBERNETES, "egide.yaml"),
    "kubernetes-base.yaml": (Target.KUBERNETES, "scaleway-fr-par-1/20-base.yaml"), "compose.yaml": (Target.COMPOSE, "compose.yaml"),
}  # fmt: skip


def made(target: Target, file: str) -> bytes:
    asked = read_need(blueprint("online-service"), "service.yaml")
    plan = plan_of(asked.need, facts=asked.facts)
    return build(Site.of(asked.need, plan.placements, plan.market().places, "0" * 64, plan.facts), target).files[file]


@pytest.mark.parametrize("name", KEPT)
def test_what_people_read_is_as_it_was_reviewed(name: str) -> None:
    assert made(*KEPT[name]).decode() == (GOLDEN / name).read_text("utf-8")


if __name__ == "__main__":
    for name, kept in KEPT.items():
        (GOLDEN / name).write_bytes(made(*kept))
