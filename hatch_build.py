"""Compiles the gettext catalogues when the package is built or installed in place, or when this file is run."""

from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_catalogues(Path(self.root))


def compile_catalogues(root: Path) -> None:
    """Writes only what changed, so that a build disturbs nobody who is reading."""
    for po in root.glob("src/egide/locale/*/LC_MESSAGES/egide.po"):
        compiled = BytesIO()
        with po.open("rb") as source:
            write_mo(compiled, read_po(source))
        mo = po.with_suffix(".mo")
        if not mo.is_file() or mo.read_bytes() != compiled.getvalue():
            mo.write_bytes(compiled.getvalue())


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent)
