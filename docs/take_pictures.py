"""Takes the pictures of the documentation again: the example's page and the site's tour, as a browser shows them.

`python docs/take_pictures.py [NAME…]` needs Chromium on the path and Pillow. Run it when a page has changed, and look at the result.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
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


SITE = {
    "site-portfolio.png": (1160, 1000, "/b/{body}/portfolio"), "site-label.png": (1160, 1000, "/b/{body}/label/{dossier}"),
    "site-across.png": (1160, 900, "/across"),
}  # fmt: skip
"""Of the tour: file name to width, height and the page's address."""
STYLESHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">')


def site(names: list[str]) -> dict[str, str]:
    """Pages of `egide serve --demo` in English, each with its style within."""
    command = [sys.executable, "-m", "egide", "serve", "--demo", "--port", "0", "--json", "--lang", "en"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as served:  # noqa: S603 - our own
        assert served.stdout is not None  # noqa: S101 - it is a pipe
        said = ""
        while not said.rstrip().endswith("}"):
            said += served.stdout.readline()
        where = json.loads(said)
        try:
            return {name: page for name, page in _toured(where) if name in names}
        finally:
            served.send_signal(2)


def _toured(where: dict[str, str]) -> list[tuple[str, str]]:
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    browser.addheaders = [("Accept-Language", "en")]

    def get(path: str, form: dict[str, str] | None = None) -> str:
        sent = urllib.parse.urlencode(form).encode() if form else None
        with browser.open(where["address"] + path, sent) as answer:
            return str(answer.read().decode("utf-8"))

    token = re.findall(r'name="form_token" value="([^"]+)"', get("/login"))[0]
    home = get("/login", {"form_token": token, "login": where["login"], "password": where["password"], "back": "/"})
    body = re.findall(r'href="/b/(essai-[a-z0-9]+)/portfolio">Invented ministry', home)[0]
    dossier = re.findall(rf'href="/b/{body}/label/([^"]+)"', get(f"/b/{body}/label"))[0]
    found = []
    for name, (_, _, path) in SITE.items():
        shown = get(path.format(body=body, dossier=dossier))
        style = get(STYLESHEET.findall(shown)[0])
        bare = STYLESHEET.sub("", re.sub(r"<script[^>]*></script>", "", shown))
        found.append((name, bare.replace("</head>", f"<style>{style}</style></head>")))
    return found


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
    wanted = sys.argv[1:] or [*PICTURES, *SITE]
    html = page() if set(wanted) & set(PICTURES) else ""
    pages = site(wanted) if set(wanted) & set(SITE) else {}
    for name in wanted:
        target = HERE / "pictures" / name
        width, height, style = PICTURES[name] if name in PICTURES else (*SITE[name][:2], "")
        take(browser, pages.get(name, html), target, width, height, style)
        print(f"docs/pictures/{name} ({target.stat().st_size} bytes)")


if __name__ == "__main__":
    main()
