"""What runs in a component, and what is refused because it would build badly or was never planned."""

from __future__ import annotations

import pytest

from egide.planner.need import Component
from egide.planner.need_form import read_need, schema
from egide.planner.workload import Backup, Port, Probe, Product, Volume, Workload
from egide.vocabulary.errors import InputError

WHOLE = """
name: Base inventée
registry: registre.exemple.fr:5000/commun
domain: interne.exemple.fr
components:
  base:
    vcpu: 2
    memory_gib: 4
    count: 2
    block_gib: 100
    load_balancers: 1
    spare: {}
    run:
      product: {name: PostgreSQL, licence: PostgreSQL}
      image: postgres:17.2
      arguments: [-c, ssl=on]
      ports: {sql: 5432, media: 10000/udp}
      public: [media]
      peers: [sql]
      environment: {PGDATA: /srv/data}
      secrets: {POSTGRES_PASSWORD: base-password}
      volumes: {/srv: 50}
      scratch: [/tmp]
      ready: {command: [pg_isready]}
      alive: {port: sql}
      user: 999
      backup: {to: archive, every_hours: 6, keep_days: 14, command: [pg_dump], restore: [pg_restore]}
  app: {vcpu: 1, memory_gib: 1}
  archive: {object_gib: 500}
flows:
  - {from: base, to: archive, gb_per_month: 30}
  - {from: app, to: base, port: sql}
"""


def test_what_runs_is_read_whole_and_a_spare_runs_the_same() -> None:
    need = read_need(WHOLE.encode(), "service.yaml").need
    base, spare, app, _ = need.components
    assert (need.registry, need.domain, need.flows[1].port) == ("registre.exemple.fr:5000/commun", "interne.exemple.fr", "sql")
    assert base.run == spare.run == Workload(
        "postgres:17.2", Product("PostgreSQL", "PostgreSQL"), (), ("-c", "ssl=on"),
        (Port("sql", 5432), Port("media", 10000, "udp", True)), ("sql",),
        (("PGDATA", "/srv/data"),), (("POSTGRES_PASSWORD", "base-password"),),
        (Volume("/srv", 50),), ("/tmp",), Probe(command=("pg_isready",)), Probe(port="sql"), 999,  # noqa: S108
        Backup("archive", 6, 14, ("pg_dump",), ("pg_restore",)),
    )  # fmt: skip
    assert base.run is not None
    assert base.run.public == (Port("media", 10000, "udp", True),)
    assert app == Component("app", vcpus=1, ram_mib=1024)
    assert hash(base) != hash(app)


@pytest.mark.parametrize(("old", "new", "place", "said"), [
    ("postgres:17.2", "postgres:latest", "$.components.base.run.image", "latest"),
    ("postgres:17.2", "postgres", "$.components.base.run.image", "postgres"),
    ("postgres:17.2", "Postgres:17.2", "$.components.base.run.image", "Postgres"),
    ("user: 999", "user: 0", "$.components.base.run.user", "root"),
    ("sql: 5432", "sql: 70000", "$.components.base.run.ports.sql", "70000"),
    ("10000/udp", "10000/sctp", "$.components.base.run.ports.media", "sctp"),
    ("sql: 5432", "5432: 5432", "", "str"),
    ("peers: [sql]", "peers: [web]", "$.components.base.run.peers", "web"),
    ("public: [media]", "public: [web]", "$.components.base.run.public", "web"),
    ("load_balancers: 1", "load_balancers: 0", "$.components.base.run.public", "load_balancers"),
    ("/srv: 50", "/srv: 60", "$.components.base.run.volumes", "120"),
    ("/srv: 50", "../srv: 50", "$.components.base.run.volumes", "../srv"),
    ("alive: {port: sql}", "alive: {port: web}", "$.components.base.run.alive.port", "web"),
    ("alive: {port: sql}", "alive: {path: /}", "$.components.base.run.alive", "port"),
    ("alive: {port: sql}", "alive: {port: sql, command: [a]}", "$.components.base.run.alive", "port"),
    ("PGDATA: /srv/data", "POSTGRES_PASSWORD: in clear", "$.components.base.run.secrets.POSTGRES_PASSWORD", "POSTGRES_PASSWORD"),
    ("POSTGRES_PASSWORD: base-password", "P-W: base-password", "$.components.base.run.secrets", "P-W"),
    ("base-password", "s3cret!", "$.components.base.run.secrets.POSTGRES_PASSWORD", "s3cret!"),
    ("keep_days: 14", "keep_days: 0", "$.components.base.run.backup.keep_days", "0"),
    (", restore: [pg_restore]", "", "$.components.base.run.backup", "restore"),
    ("every_hours: 6", "every_hours: 5", "", "5"),
    ("to: archive, every", "to: app, every", "$.components.base.run.backup.to", "app"),
    ("to: archive, every", "to: nowhere, every", "$.components.base.run.backup.to", "nowhere"),
    ("  - {from: base, to: archive, gb_per_month: 30}\n", "", "$.components.base.run.backup.to", "archive"),
    ("port: sql}\n", "port: web}\n", "$.flows[1].port", "web"),
    ("registre.exemple.fr:5000/commun", "https://registre.exemple.fr", "$.registry", "https"),
    ("interne.exemple.fr", "interne", "$.domain", "interne"),
    ("vcpu: 2\n", "vcpu: 0\n", "$.components.base.run.image", "vcpu"),
])  # fmt: skip
def test_what_would_build_badly_is_refused_with_its_path(old: str, new: str, place: str, said: str) -> None:
    wrong = WHOLE[::-1].replace(old[::-1], new[::-1], 1)[::-1] if old.startswith("port: sql") else WHOLE.replace(old, new, 1)
    assert wrong != WHOLE
    with pytest.raises(InputError) as refused:
        read_need(wrong.encode(), "service.yaml")
    assert place in str(refused.value)
    assert said in str(refused.value)


def test_the_published_schema_knows_every_key_of_the_example() -> None:
    shapes = schema()["$defs"]
    assert {"registry", "domain", "components", "flows"} <= shapes["_Need"]["properties"].keys()
    assert {"image", "ports", "secrets", "volumes", "ready", "backup"} <= shapes["RunForm"]["properties"].keys()
