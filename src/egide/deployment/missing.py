"""What cannot be built, and why: said of each component, never passed over."""

from __future__ import annotations

from dataclasses import dataclass

from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a build leaves out."""

    component: str
    place: str
    because: Reason


NO_RUN = N_("nothing says what runs in it: add a `run` part to it in service.yaml, then plan again")
NO_REGISTRY = N_("nothing says where images are pulled from: write registry: in service.yaml, or give --registry")
NO_DOMAIN = N_("it is reached from another place, and no private domain is known: write domain: in service.yaml, or give --domain")
NO_WAY_OUT = N_("it sends to the internet, but no port says how: write port: \"443\" in the flow, or make one of its own ports public")
NO_TABLE = N_("the provider «{provider}» has no table here: its resource types are not known")
NO_REGION = N_("«{region}» is not a region of {provider}: plan with its real regions")
PARTS = {
    "object-storage": N_("object storage is not in the table of {provider} here: make the bucket with an S3 client"),
    "load-balancer": N_("a load balancer is not in the table of {provider} here"),
    "udp-load-balancer": N_("the load balancer of {provider} does not carry UDP"),
    "kubernetes": N_("managed Kubernetes is not in the table of {provider} here"),
    "loose-volume": N_("a volume that no machine holds is not in the table of {provider} here"),
}
"""What the table of a provider may lack."""


def missing(component: str, place: str, code: str, message: str, **args: object) -> Missing:
    """One thing left out, with its reason."""
    return Missing(component, place, Reason(code, args, message))
