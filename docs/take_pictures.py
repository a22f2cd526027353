"""Takes the pictures of the documentation again: the example's page, as a browser shows it.

`python docs/take_pictures.py` needs Chromium on the path and Pillow. Run it when the page has changed, and look at the result.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "examples"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
COLOURS = 64
PICTURES = {
    "page.png": (1160, 1000, ""),
    "deadlines.png": (1160, 1090, "header, nav, main > section:not(#pictures), footer { display: none }"),
}
"""File name to width and height in CSS pixels, and the style that leaves only what is pictured."""


def page() -> str:
    """The example's page in English, as `egide assess` writes it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "egide", "assess", EXAMPLES / "portefeuille.xlsx", "--answers", EXAMPLES / "reponses.yaml",
            "--on", "2026-11-23", "--lang", "en", "--out", folder,
        ]  # fmt: skip
        env = {**os.environ, "EGIDE_HOME": folder}
        subprocess.run(command, stdout=subprocess.DEVNULL, env=env, check=False)  # noqa: S603 - our own command; 1 is an answer
        return Path(folder, "egide.html").read_text("utf-8")


def take(browser: str, html: str, target: Path, width: int, height: int, style: str) -> None:
    """One picture, twice as fine as its pixels, with as few colours as it needs."""
    html = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", html)
    with tempfile.TemporaryDirectory() as folder:
        copy, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        copy.write_text(html.replace("</head>", f"<style>{style}</style></head>"), "utf-8")
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1.5",
            f"--window-size={width},{height}", f"--screenshot={shot}", copy.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)  # noqa: S603 - a browser on a file of ours
        Image.open(shot).convert("RGB").quantize(COLOURS).save(target, optimize=True)


def main() -> None:
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.exit(f"none of {', '.join(BROWSERS)} is on the path")
    html = page()
    for name, (width, height, style) in PICTURES.items():
        target = HERE / "pictures" / name
        take(browser, html, target, width, height, style)
        print(f"docs/pictures/{name} ({target.stat().st_size} bytes)")


if __name__ == "__main__":
    main()
