"""From a plan to what is deployed: OpenTofu, Kubernetes or Compose, with the way back.

    from egide.deployment import Site, build
    built = build(Site.of(...), Target.KUBERNETES)

Pure: a plan and the need in it give files as bytes. The same plan gives the same bytes, and every file names the plan it was built from.
What a target or a provider can't carry is listed as missing, never left out in silence.
"""

from egide.deployment.building import Built, Target, build
from egide.deployment.missing import Missing
from egide.deployment.site import Site, Stand

__all__ = ["Built", "Missing", "Site", "Stand", "Target", "build"]
