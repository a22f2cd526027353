"""OpenTofu modules in JSON, one for each place, in each provider's own resource types and regions.

    from egide.deployment.opentofu import modules
    files, missing = modules(site)

`tofu -chdir=FOLDER init && tofu plan` takes a folder as it is. What differs between providers is a table (`tables.py`): their source, the
names under which a plan knows them, the form of their regions, and the function that writes their resources. Credentials come from each
provider's own environment variables; nothing secret is in a file.
"""

from egide.deployment.opentofu.modules import modules
from egide.deployment.opentofu.tables import TABLES, Table, table_of

__all__ = ["TABLES", "Table", "modules", "table_of"]
