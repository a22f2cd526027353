"""HCL is read without running anything: every block has its file and line, and values are followed as far as they are static."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.infrastructure.making import stands

from egide.infrastructure.declared import Declared
from egide.infrastructure.hcl.configuring import configure, roots
from egide.infrastructure.hcl.evaluating import value_of
from egide.infrastructure.hcl.modules import read_module
from egide.infrastructure.hcl.parsing import parse
from egide.infrastructure.hcl.scope import Instance
from egide.infrastructure.plan import Drafts
from egide.infrastructure.resources import SENSITIVE, UNKNOWN, Resource
from egide.vocabulary.errors import InputError


def drafted(folders: Mapping[str, str], values: Mapping[str, object] | None = None, root: str = "") -> Drafts:
    modules = {folder: read_module(folder, {f"{folder or '.'}/main.tf": text.encode()}) for folder, text in folders.items()}
    assert [one.folder for one in roots(modules)] == [root]
    read = configure(modules[root], modules, values or {})
    read.problems += [problem for module in modules.values() for problem in module.problems]
    return read


def read(text: str, declared: Declared | None = None, values: Mapping[str, object] | None = None, **folders: str) -> dict[str, Resource]:
    drafts = drafted({"": text, **folders}, values)
    assert not drafts.problems
    return stands(drafts, declared or Declared())


def value(text: str) -> object:
    (attribute,) = parse(f"x = {text}\n", "x.tfvars").attributes.values()
    return value_of(attribute.expression, Instance())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a${1 + 2 * 3}b"', "a7b"), ("[1, 2,\n 3,\n][1]", 2), ('{ a = 1, "b" = "x" }["b"]', "x"), ("true && !false ? 1 : 2", 1),
        ('upper(join("-", ["fr", "par"]))', "FR-PAR"), ("[for k, v in { a = 1, b = 2 } : v if k != \"a\"]", [2]),
        ("{ for v in [\"x\"] : v => upper(v) }", {"x": "X"}), ("<<-EOT\n    a\n      b\n    EOT", "a\n  b\n"), ('"\\u00e9\\n"', "é\n"),
        ('"$${a} %%{b}"', "${a} %{b}"), ("-(1 - 3)", 2), ('lookup({}, "a", "d")', "d"), ('try(local.nothing, "x")', "x"),
        ("[[1], [2]][*][0]", [1, 2]),
        ("1 == 1 || var.x", True), ('"${var.x}-1"', UNKNOWN), ('sensitive("a")', SENSITIVE), ('"a${sensitive("b")}"', SENSITIVE),
        ('file("x")', UNKNOWN), ('"%{ if true }a%{ endif }"', UNKNOWN), ('format("%s-%02d", "a", 3)', "a-03"), ("/* c */ 1 // d", 1),
        ("1 / 0", UNKNOWN), ("[1][5]", UNKNOWN), ('element(["a", "b"], 3)', "b"), ("{ (\"a\") : 1 }", {"a": 1}),
    ],
)  # fmt: skip
def test_an_expression_comes_to_its_value_or_is_not_known(text: str, expected: object) -> None:
    found = value(text)
    assert found is expected if expected in (UNKNOWN, SENSITIVE) else found == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc_xyz", min_size=1, max_size=5), inner, max_size=4),
    max_leaves=12,
)


def written(value: Any, indent: str = "") -> str:
    """The value as HCL."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, list):
        return "[" + ",\n".join(written(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{\n" + "\n".join(f"{json.dumps(key)} = {written(one)}" for key, one in value.items()) + "\n}"
    return json.dumps(value)


@settings(max_examples=40)
@given(JSON)
def test_any_value_written_as_hcl_is_read_as_it_was(said: Any) -> None:
    assert value(written(said)) == said


def test_each_resource_has_its_file_and_line_and_its_place() -> None:
    found = read(
        'provider "scaleway" {\n  region = var.where\n}\n\nvariable "where" {\n  default = "nl-ams"\n}\n\n'
        'resource "scaleway_lb" "a" {\n  name = "x" # a comment\n}\n'
        '/* and */ resource "scaleway_lb" /* between */ "b" {\n  zone = "fr-par-2"\n}\n'
    )
    assert {key: (one.where.file, one.where.line) for key, one in found.items()} == {
        "scaleway_lb.a": ("./main.tf", 9), "scaleway_lb.b": ("./main.tf", 12)}  # fmt: skip
    assert [(one.standing.country, one.standing.by) for one in found.values()] == [("NL", "variable"), ("FR", "attribute")]


def test_a_variable_without_default_is_not_known_until_it_is_given() -> None:
    code = 'variable "zone" {}\nresource "exoscale_sks_cluster" "x" {\n  zone = var.zone\n}\n'
    assert read(code)["exoscale_sks_cluster.x"].standing.by == "unknown"
    standing = read(code, values={"zone": "bg-sof-1"})["exoscale_sks_cluster.x"].standing
    assert (standing.country, standing.by) == ("BG", "variable")


def test_instances_are_told_apart_and_stand_where_each_says() -> None:
    found = read('locals {\n  where = { fr = "fr-par", pl = "pl-waw" }\n}\n'
                 'resource "scaleway_lb" "x" {\n  for_each = local.where\n  region = each.value\n}\n'
                 'resource "scaleway_lb" "none" {\n  count = 0\n}\n'
                 'resource "scaleway_lb" "two" {\n  count = 2\n  region = "fr-par"\n}\n')  # fmt: skip
    assert {key: one.standing.country for key, one in found.items()} == {
        'scaleway_lb.x["fr"]': "FR", 'scaleway_lb.x["pl"]': "PL", "scaleway_lb.two[0]": "FR", "scaleway_lb.two[1]": "FR"}  # fmt: skip


def test_a_count_that_is_not_known_leaves_one_resource() -> None:
    assert list(read('resource "scaleway_lb" "x" {\n  count = var.n\n}\nvariable "n" {}\n')) == ["scaleway_lb.x"]


def test_modules_carry_variables_outputs_and_provider_aliases() -> None:
    found = read(
        'provider "aws" {\n  region = "eu-west-3"\n}\nprovider "aws" {\n  alias = "us"\n  region = "us-east-1"\n}\n'
        'module "a" {\n  source = "./inner"\n  providers = { aws = aws.us }\n  dc = module.b.dc\n}\nmodule "b" {\n  source = "./dc"\n}\n',
        inner='variable "dc" {}\nresource "aws_instance" "x" {}\nresource "ionoscloud_server" "y" {\n  datacenter_id = var.dc\n}\n',
        dc='resource "ionoscloud_datacenter" "main" {\n  location = "es/vit"\n}\n'
        'output "dc" {\n  value = ionoscloud_datacenter.main.id\n}\n',
    )
    assert {key: (one.standing.country, one.standing.by) for key, one in found.items()} == {
        "module.a.aws_instance.x": ("US", "provider-block"),
        "module.a.ionoscloud_server.y": ("ES", "reference"),
        "module.b.ionoscloud_datacenter.main": ("ES", "attribute"),
    }


def test_a_module_that_is_not_at_hand_is_not_passed_over() -> None:
    (found,) = read('module "db" {\n  source = "acme/database/scaleway"\n}\n').values()
    assert (found.address, found.where.line, found.standing.by) == ("module.db", 1, "unknown")
    assert found.standing.declare
    assert found.standing.declare.args["source"] == "acme/database/scaleway"


def test_modules_that_call_each_other_in_a_circle_are_refused_with_their_path() -> None:
    call = 'module "x" {{\n  source = "../{}"\n}}\n'
    named = {"a": "b", "b": "a"}
    modules = {folder: read_module(folder, {f"{folder}/main.tf": call.format(other).encode()}) for folder, other in named.items()}
    with pytest.raises(InputError, match="a → b → a"):
        roots(modules)
    outer = read_module("", {"main.tf": b'module "x" {\n  source = "./a"\n}\n'})
    with pytest.raises(InputError, match="a → b → a"):
        configure(outer, {"": outer, **modules}, {})


def test_a_block_that_cannot_be_read_costs_that_block() -> None:
    drafts = drafted({"": 'resource "scaleway_lb" "a" {\n  x = = 1\n}\n\n'
                          'resource "scaleway_lb" "b" {\n}\nresource "scaleway_lb" {\n}\nresource "a" "c" {\n'})  # fmt: skip
    assert [draft.address for draft in drafts.resources] == ["scaleway_lb.b"]
    assert [str(problem.at) for problem in drafts.problems] == ["./main.tf row 2", "./main.tf row 9", "./main.tf row 7"]


def test_secrets_are_not_kept() -> None:
    drafts = drafted({"": 'provider "x" {\n  token = "s3cret"\n}\nvariable "pw" {\n  sensitive = true\n  default = "s3cret"\n}\n'
                          'resource "x_y" "z" {\n  password = "s3cret"\n'
                          '  user_data = "p=${var.pw}"\n  env { secret_key = "s3cret" }\n}\n'})  # fmt: skip
    assert "s3cret" not in repr(drafts)
    assert drafts.resources[0].attributes["user_data"] is SENSITIVE


def test_comments_that_speak_to_egide_are_kept_with_their_line() -> None:
    remarks = read_module("", {"a.tf": b'# egide:ignore x because\nresource "a_b" "c" {\n  d = 1 // egide:ignore y\n}\n'}).remarks
    assert [(one.line, one.text, one.alone) for one in remarks] == [(1, "egide:ignore x because", True), (3, "egide:ignore y", False)]


def test_values_that_would_grow_without_end_are_not_known() -> None:
    grown = "".join(f'a{n + 1} = "${{local.a{n}}}${{local.a{n}}}"\n' for n in range(60))
    loops = "[for a in local.many : [for b in local.many : [for c in local.many : c]]]"
    code = f'locals {{\na0 = "xxxxxxxx"\n{grown}many = [{", ".join("1" for _ in range(2000))}]\n}}\n'
    (found,) = read(f'{code}resource "scaleway_lb" "x" {{\n  name = local.a60\n  many = {loops}\n}}\n').values()
    assert found.attributes["name"] is UNKNOWN


PIECES = ["", '"', "${", "}", "{", "(", "[", "=", "\n", "<<X\n", "for", "é", "?", ":", "...", "/*", "%{", ".", "-" * 90, "(" * 99]


@settings(max_examples=150)
@given(st.data())
def test_no_mutation_of_code_ends_in_anything_but_a_word(data: st.DataObject) -> None:
    text = ('variable "a" {\n  default = "fr-par"\n}\nlocals {\n  b = { for k, v in { x = 1 } : k => "${v}-${upper(var.a)}" if v > 0 }\n}\n'
            'resource "scaleway_lb" "c" {\n  for_each = local.b\n  region = try(each.value, <<EOT\nx ${var.a}\nEOT\n  )\n'
            '  nested {\n    y = [1, 2][*]\n  }\n}\n')
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        put = data.draw(st.sampled_from(PIECES))
        text = text[:at] + put + text[at + data.draw(st.integers(0, 6)) :]
    module = read_module("", {"main.tf": text.encode()})
    drafts = configure(module, {"": module}, {})
    assert drafts.resources or module.problems or "resource" not in text or not module.resources
    assert all(one.standing.declare or one.standing.country or one.standing.nowhere for one in stands(drafts).values())


def test_code_written_as_json_is_read_alike() -> None:
    native = ('provider "aws" {\n  alias = "x"\n  region = var.r\n  endpoints {\n    s3 = "https://s3.fr-par.scw.cloud"\n  }\n}\n'
              'variable "r" {\n  default = "fr-par"\n}\nresource "aws_s3_bucket" "b" {\n  provider = aws.x\n  bucket = "a-${var.r}"\n}\n'
              'resource "hcloud_server" "s" {\n  count = 2\n  location = "fsn1"\n}\n')  # fmt: skip
    alike = {
        "//": "a comment",
        "provider": {"aws": [{"alias": "x", "region": "${var.r}", "endpoints": {"s3": "https://s3.fr-par.scw.cloud"}}]},
        "variable": {"r": {"default": "fr-par"}},
        "resource": [{"aws_s3_bucket": {"b": {"provider": "aws.x", "bucket": "a-${var.r}"}}},
                     {"hcloud_server": {"s": {"count": 2, "location": "fsn1"}}}],
    }  # fmt: skip
    module = read_module("", {"main.tf.json": json.dumps(alike, indent=1).encode()})
    assert not module.problems
    written, other = read(native), stands(configure(module, {"": module}, {}))
    assert {key: (one.standing, one.attributes) for key, one in written.items()} == {
        key: (one.standing, one.attributes) for key, one in other.items()}  # fmt: skip
    assert written["aws_s3_bucket.b"].standing.offer == "scaleway"
    alike["provider"] = {"aws": {"alias": "x", "region": "${var.r}", "endpoints": [{"s3": "https://s3.fr-par.scw.cloud"}]}}
    module = read_module("", {"main.tf.json": json.dumps(alike).encode()})
    assert stands(configure(module, {"": module}, {}))["aws_s3_bucket.b"].standing == written["aws_s3_bucket.b"].standing
    lines = json.dumps(alike, indent=1).splitlines()
    assert '"s": {' in lines[(other["hcloud_server.s[0]"].where.line or 0) - 1]


def test_json_alone_beside_native_code_and_in_lists_is_read() -> None:
    """Every block may be an object or a list of them, and one module may be written in both ways."""
    whole = {
        "terraform": [{"required_providers": [{"cloud": {"source": "hetznercloud/hcloud"}}]}],
        "resource": [{"cloud_server": [{"s": [{"location": "fsn1", "provider": "cloud"}]}]}],
    }
    beside = b'resource "scaleway_lb" "b" {\n  zone = var.z\n}\n'
    module = read_module("", {"main.tf.json": json.dumps(whole).encode(), "more.tf": beside,
                              "values.tf.json": b'{"variable": {"z": {"default": "fr-par-1"}}}'})  # fmt: skip
    assert not module.problems
    found = stands(configure(module, {"": module}, {}))
    assert {key: one.standing.country for key, one in found.items()} == {"cloud_server.s": "DE", "scaleway_lb.b": "FR"}
    for coded in ("utf-8-sig", "utf-16"):
        alone = read_module("", {"main.tf.json": json.dumps(whole).encode(coded)})
        assert [one.standing.country for one in stands(configure(alone, {"": alone}, {})).values()] == ["DE"]


@pytest.mark.parametrize("text", ["[]", "{", '{"resource": 3}', '{"resource": {"a": {"b": {"c": "${"}}}}'])
def test_bad_code_written_as_json_is_a_problem(text: str) -> None:
    module = read_module("", {"main.tf.json": text.encode()})
    assert len(module.problems) == 1
    assert not module.resources
