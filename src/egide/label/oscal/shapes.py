"""OSCAL 1.2 as it is written and read here: the objects of its models that a dossier needs, and no other.

The names and the tree are those of the OSCAL models of NIST. A key that is not named below is legal OSCAL that Égide does not
understand: it is reported when read, never guessed at.
"""

from __future__ import annotations

import msgspec

WRITTEN = "1.2.1"
"""The version that is written."""
READ = "1.2."
"""The versions that are read."""


def _key(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


class Shape(msgspec.Struct, omit_defaults=True, rename=_key):
    """What all objects share: keys in kebab case, nothing written that says nothing."""


class Prop(Shape):
    """A property: a name in a namespace, and one line."""

    name: str
    value: str
    ns: str | None = None
    class_: str | None = None
    group: str | None = None
    uuid: str | None = None
    remarks: str | None = None


class Link(Shape):
    """A reference."""

    href: str
    rel: str | None = None
    text: str | None = None
    media_type: str | None = None


class Hash(Shape):
    """A digest of a file."""

    algorithm: str
    value: str


class Rlink(Shape):
    """Where the file of a resource is."""

    href: str
    media_type: str | None = None
    hashes: list[Hash] = []


class Attached(Shape):
    """A file that travels inside the document."""

    value: str
    filename: str | None = None
    media_type: str | None = None


class Resource(Shape):
    """One resource of the back matter."""

    uuid: str
    title: str | None = None
    description: str | None = None
    props: list[Prop] = []
    rlinks: list[Rlink] = []
    base64: Attached | None = None
    remarks: str | None = None


class BackMatter(Shape):
    """The back matter."""

    resources: list[Resource] = []


class Role(Shape):
    """A role that parties hold."""

    id: str
    title: str


class Party(Shape):
    """An organisation."""

    uuid: str
    type: str
    name: str | None = None
    short_name: str | None = None
    props: list[Prop] = []
    remarks: str | None = None


class Responsible(Shape):
    """Who holds a role (a responsible party, or a responsible role of a component)."""

    role_id: str
    party_uuids: list[str] = []
    props: list[Prop] = []
    remarks: str | None = None


class Metadata(Shape):
    """Title, version and parties of a document."""

    title: str
    last_modified: str
    version: str
    oscal_version: str
    published: str | None = None
    props: list[Prop] = []
    links: list[Link] = []
    roles: list[Role] = []
    parties: list[Party] = []
    responsible_parties: list[Responsible] = []
    remarks: str | None = None


class Part(Shape):
    """A part of a control."""

    name: str
    id: str | None = None
    prose: str | None = None


class Control(Shape):
    """One requirement."""

    id: str
    title: str
    class_: str | None = None
    props: list[Prop] = []
    parts: list[Part] = []


class Catalog(Shape):
    """The requirements of a scheme, by number and by our own titles."""

    uuid: str
    metadata: Metadata
    controls: list[Control] = []


class Told(Shape):
    """A requirement that a defined component says to implement."""

    uuid: str
    control_id: str
    description: str
    props: list[Prop] = []
    links: list[Link] = []
    remarks: str | None = None


class Implements(Shape):
    """The requirements of one catalogue that a defined component says to implement."""

    uuid: str
    source: str
    description: str
    implemented_requirements: list[Told]
    props: list[Prop] = []


class DefinedComponent(Shape):
    """A component as its supplier describes it."""

    uuid: str
    type: str
    title: str
    description: str
    purpose: str | None = None
    props: list[Prop] = []
    links: list[Link] = []
    responsible_roles: list[Responsible] = []
    control_implementations: list[Implements] = []
    remarks: str | None = None


class ComponentDefinition(Shape):
    """Components, for others to build on."""

    uuid: str
    metadata: Metadata
    components: list[DefinedComponent] = []
    back_matter: BackMatter | None = None


class Provided(Shape):
    """What a layer provides to the layer above."""

    uuid: str
    description: str
    props: list[Prop] = []
    remarks: str | None = None


class Responsibility(Shape):
    """What a layer leaves to the layer above."""

    uuid: str
    description: str
    provided_uuid: str | None = None
    props: list[Prop] = []
    remarks: str | None = None


class Export(Shape):
    """What a component offers to those who build on it."""

    description: str | None = None
    provided: list[Provided] = []
    responsibilities: list[Responsibility] = []
    props: list[Prop] = []


class Inherited(Shape):
    """What the offer inherits."""

    uuid: str
    description: str
    provided_uuid: str | None = None
    props: list[Prop] = []


class Satisfied(Shape):
    """How the offer answers a responsibility."""

    uuid: str
    description: str
    responsibility_uuid: str | None = None
    props: list[Prop] = []
    remarks: str | None = None


class Status(Shape):
    """The state of an implementation, a component or a system."""

    state: str
    remarks: str | None = None


class ByComponent(Shape):
    """What one component does for a requirement."""

    component_uuid: str
    uuid: str
    description: str
    props: list[Prop] = []
    links: list[Link] = []
    implementation_status: Status | None = None
    export: Export | None = None
    inherited: list[Inherited] = []
    satisfied: list[Satisfied] = []
    responsible_roles: list[Responsible] = []
    remarks: str | None = None


class SystemStatement(Shape):
    """A statement of a control, and what components do for it."""

    statement_id: str
    uuid: str
    by_components: list[ByComponent] = []
    props: list[Prop] = []
    remarks: str | None = None


class ImplementedRequirement(Shape):
    """One requirement, and what each component does for it."""

    uuid: str
    control_id: str
    props: list[Prop] = []
    links: list[Link] = []
    statements: list[SystemStatement] = []
    by_components: list[ByComponent] = []
    responsible_roles: list[Responsible] = []
    remarks: str | None = None


class ControlImplementation(Shape):
    """All requirements."""

    description: str
    implemented_requirements: list[ImplementedRequirement]


class SystemComponent(Shape):
    """A part of the system."""

    uuid: str
    type: str
    title: str
    description: str
    status: Status
    purpose: str | None = None
    props: list[Prop] = []
    links: list[Link] = []
    responsible_roles: list[Responsible] = []
    remarks: str | None = None


class LeveragedAuthorization(Shape):
    """A system underneath that was itself authorised."""

    uuid: str
    title: str
    party_uuid: str
    date_authorized: str
    props: list[Prop] = []
    links: list[Link] = []
    remarks: str | None = None


class SystemImplementation(Shape):
    """The parts of the system."""

    components: list[SystemComponent]
    leveraged_authorizations: list[LeveragedAuthorization] = []
    props: list[Prop] = []
    remarks: str | None = None


class SystemId(Shape):
    """An identifier of the system."""

    id: str
    identifier_type: str | None = None


class InformationType(Shape):
    """A kind of data that the system holds."""

    title: str
    description: str
    uuid: str | None = None
    props: list[Prop] = []


class SystemInformation(Shape):
    """The kinds of data."""

    information_types: list[InformationType]


class Boundary(Shape):
    """The perimeter."""

    description: str


class SystemCharacteristics(Shape):
    """What the system is."""

    system_ids: list[SystemId]
    system_name: str
    description: str
    system_information: SystemInformation
    status: Status
    authorization_boundary: Boundary
    props: list[Prop] = []
    links: list[Link] = []
    responsible_parties: list[Responsible] = []
    date_authorized: str | None = None
    remarks: str | None = None


class Import(Shape):
    """A reference to the document that this one stands on."""

    href: str
    remarks: str | None = None


class SystemSecurityPlan(Shape):
    """The dossier."""

    uuid: str
    metadata: Metadata
    import_profile: Import
    system_characteristics: SystemCharacteristics
    system_implementation: SystemImplementation
    control_implementation: ControlImplementation
    back_matter: BackMatter | None = None
