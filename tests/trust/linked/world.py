"""The contexts of ../shared, pyld as the second opinion, and documents changed at random in every way that JSON-LD can be odd."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pyoxigraph
from pyld import jsonld

from egide.trust.linked import LinkedData, read_bundle

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from egide.trust.linked import Bundle

V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
LOIRE = "https://w3id.org/gaia-x/2511#"
DEVELOPMENT = "https://w3id.org/gaia-x/development#"
JWS = "https://w3id.org/security/suites/jws-2020/v1"
ONE_VOCABULARY = b'{\n  "@context": {\n    "@vocab": "https://www.w3.org/ns/credentials/examples#"\n  }\n}\n'
"""What stands under `EXAMPLES`."""


def files_of(shared: Path) -> dict[str, bytes]:
    """The contexts and shapes of ../shared, and the one-line context of the W3C examples."""
    folders = (shared / "data/gaia-x/contexts", shared / "data/gaia-x/shapes")
    return {path.name: path.read_bytes() for folder in folders for path in sorted(folder.iterdir())} | {"examples.jsonld": ONE_VOCABULARY}


def bundle_of(shared: Path) -> Bundle:
    return read_bundle(files_of(shared))


def documents_of(shared: Path) -> dict[str, dict[str, Any]]:
    """Every example of ../shared."""
    folders = (shared / "data/gaia-x/loire-examples", shared / "data/gaia-x/tagus-examples")
    return {path.name: json.loads(path.read_bytes()) for folder in folders for path in sorted(folder.iterdir())}


class Pyld:
    """The statements of a document by pyld alone (its expansion, its node map, its RDF), in the one form that pyoxigraph gives them."""

    def __init__(self, contexts: dict[str, bytes]) -> None:
        self.contexts = {name: json.loads(content) for name, content in contexts.items()}

    def load(self, name: str, _options: object = None) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": name, "document": self.contexts[name], "tag": "static"}

    def statements(self, document: dict[str, Any]) -> bytes:
        """As N-Quads, as pyld writes them."""
        options = {"format": "application/n-quads", "documentLoader": self.load, "base": None, "rdfDirection": "i18n-datatype"}
        return str(jsonld.to_rdf(copy.deepcopy(document), options)).encode()

    def canonical(self, document: dict[str, Any]) -> str:
        """Raises `JsonLdError`, `SyntaxError` when what pyld writes is no RDF, and what Python raises."""
        written = self.statements(document)
        dataset = pyoxigraph.Dataset(pyoxigraph.parse(written, pyoxigraph.RdfFormat.N_QUADS, lenient=True))
        dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
        lines = (pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b"").decode().split("\n")
        return "".join(f"{line}\n" for line in sorted(lines) if line)


def linked_data(shared: Path) -> LinkedData:
    return LinkedData(bundle_of(shared).contexts)


KEYS = (
    "id", "@id", "type", "@type", "name", "description", "gx:name", "schema:name", "https://example.com/p", "_:p", "undefinedTerm",
    "@index",
    "@language", "@value", "@graph", "@set", "@list", "@reverse", "@included", "@nest", "@foo", "", "credentialSubject", "proof", "issuer",
    "gx:legalAddress", "legalAddress", "meaning", "text", "accessType", "digestSRI", "termsOfUse", "validFrom", "verifiableCredential",
    "x:y",
    "proofPurpose", "publicKeyJwk", "jsonSchema", "relatedResource", "exp", "sub", "holder", "evidence", "additionalVolume", "launchDate",
    "statusSize",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -5, 5.0, 2.5, 1e21, 1e-7, 123456789012345, "", "a", "é\n\t\"\\", "#cs", "urn:x:y", "_:b7", "gx:Disk",
    "schema:Thing",
    "https://example.com/a", "https://example.com/a b", "https://example.com/<", "assertionMethod", "2026-01-01T00:00:00Z",
    "VerifiableCredential",
    "LegalPerson", "@id", "@foo", [], {}, [[]], [None, "a"], [["a"], "b"], {"@value": "x"}, {"@value": "x", "@language": "FR"},
    {"@value": 1.5},
    {"@value": "5", "@type": "http://www.w3.org/2001/XMLSchema#double"}, {"@value": "x", "@type": "gx:T"},
    {"@value": "x", "type": "xsd:date"},
    {"@value": {"a": 1}, "@type": "@json"}, {"@value": None}, {"@value": True, "@type": "http://www.w3.org/2001/XMLSchema#double"},
    {"@id": "https://example.com/r"}, {"@id": "gx:r"}, {"id": "#rel"}, {"id": "_:b7"}, {"meaning": "gx:m"},
    {"meaning": "gx:m", "text": "t"},
    {"type": "gx:Address", "gx:countryCode": "FR"}, {"@type": "_:t"}, {"type": []}, {"type": "Undefined", "x": 1},
    {"@list": ["a", "b", {"@id": "urn:l"}]},
    {"@list": []}, {"@set": ["a"]}, {"@graph": [{"@id": "urn:g", "gx:a": "b"}]}, {"@context": None, "https://example.com/q": 1}, {"": 1},
    {"@none": 1},
    {"@context": {"n": "https://example.com/n#"}, "n:a": "n:b", "id": "n:c"},
    {"type": "DataIntegrityProof", "proofPurpose": "assertionMethod"},
    {"type": ["VerifiableCredential", "gx:X"], "credentialSubject": {"id": "urn:s", "gx:q": "v"}},
    {"type": "JsonSchema", "jsonSchema": {"b": [1, None]}},
    {"type": "BitstringStatusListEntry", "statusSize": 2, "statusListCredential": "urn:l",
    "statusMessage": [{"status": "0x0", "message": "m"}]},
)  # fmt: skip
CONTEXTS: tuple[Any, ...] = (
    V2, LOIRE, DEVELOPMENT, JWS, EXAMPLES, "https://www.w3.org/2018/credentials/v1", None, {"schema": "https://schema.org/"}, {},
    {"@vocab": "https://example.com/v#"}, {"name": "https://example.com/name"}, {"gx": "https://example.com/gx/"},
    {"a": "b", "b": "https://example.com/b"},
    {"t": {"@id": "https://example.com/t", "@type": "@id"}}, {"a": "c:a", "c": "a:c"},
    {"undefinedTerm": {"@id": "schema:u", "@container": "@list"}},
    {"l": {"@id": "https://example.com/l", "@language": "fr"}}, {"@language": "fr"},
    {"x": {"@id": "https://example.com/x", "@prefix": True}},
    {"r": {"@reverse": "https://example.com/r"}}, {"undefinedTerm": None}, {"id": "https://example.com/id"}, {"kind": "@type"},
    {"own": "@id"},
    {"@protected": True, "prot": "https://example.com/prot"}, {"prot": "https://example.com/other"}, {"undefinedTerm": "gx:u"},
    {"sc": {"@id": "https://example.com/sc", "@context": {"in": "https://example.com/in"}}}, {"@version": 1.1},
    {"j": {"@id": "urn:j", "@type": "@json"}},
)  # fmt: skip


def changed(document: dict[str, Any], random: Random) -> dict[str, Any]:
    """The document with one to four changes."""
    other = copy.deepcopy(document)
    for _ in range(random.randint(1, 4)):
        random.choice((_value, _value, _key, _key, _dropped, _listed, _context))(random.choice(_objects(other)), random)
    return other


def _objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [found for one in value for found in _objects(one)]
    if not isinstance(value, dict):
        return []
    return [value] + [found for key, one in value.items() if key != "@context" for found in _objects(one)]


def _value(where: dict[str, Any], random: Random) -> None:
    key = random.choice(list(where) or ["name"]) if random.random() < 0.6 else random.choice(KEYS)
    if key != "@context":
        where[key] = copy.deepcopy(random.choice(VALUES))


def _key(where: dict[str, Any], random: Random) -> None:
    keys = [key for key in where if key != "@context"]
    if keys:
        where[random.choice(KEYS)] = where.pop(random.choice(keys))


def _dropped(where: dict[str, Any], random: Random) -> None:
    if where:
        where.pop(random.choice(list(where)))


def _listed(where: dict[str, Any], random: Random) -> None:
    keys = [key for key in where if key != "@context"]
    if keys:
        key = random.choice(keys)
        where[key] = [where[key], copy.deepcopy(random.choice(VALUES))]


def _context(where: dict[str, Any], random: Random) -> None:
    found = where.get("@context", [])
    contexts = list(found) if isinstance(found, list) else [found]
    contexts.insert(random.randint(0, len(contexts)), copy.deepcopy(random.choice(CONTEXTS)))
    if random.random() < 0.3 and len(contexts) > 1:
        contexts.pop(random.randrange(len(contexts)))
    where["@context"] = contexts
