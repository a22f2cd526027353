"""Mixed requests sent by wrk, a generator in C that takes little of the machine (`apt-get install wrk`; https://github.com/wg/wrk).

The mix, of ten requests: four ask for the portfolio, mostly with the ETag that they hold; four for services, questions or whom the token
stands for; one searches offers by one of two hundred words; one brings a list of one service whose every cell is drawn.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

CONNECTIONS = 16
SCRIPT = """
local words = {%(words)s}
local names = {"portfolio", "services?limit=20", "questions?limit=20"}
local hosts = {"OVHcloud", "Outscale", "Nos locaux", "S3NS", "Scaleway", "Cloud Temple"}
local yes = {"oui", "non", "", "ne sait pas"}
local root, tag = "/api/v1/bodies/banc", nil
local held = {["Authorization"] = "Bearer %(token)s", ["Accept-Language"] = "fr"}
math.randomseed(%(seed)d)
function copy() local made = {} for k, v in pairs(held) do made[k] = v end return made end
function request()
  local draw = math.random()
  if draw < 0.4 then
    local sent = copy()
    if tag then sent["If-None-Match"] = tag end
    return wrk.format("GET", root .. "/portfolio", sent)
  elseif draw < 0.8 then
    local which = math.random(3)
    if which == 3 then return wrk.format("GET", "/api/v1/me", held) end
    return wrk.format("GET", root .. "/" .. names[which + 1], held)
  elseif draw < 0.9 or %(writes)s == 0 then
    return wrk.format("GET", "/api/v1/offers?limit=10&q=" .. words[math.random(#words)], held)
  end
  local lines = "Nom du service;Hébergeur;Données personnelles;Données de santé\\n"
  lines = lines .. "Service " .. math.random(100000) .. ";" .. hosts[math.random(#hosts)] .. ";" .. yes[math.random(#yes)]
  local body = lines .. ";" .. yes[math.random(#yes)] .. "\\n"
  return wrk.format("POST", root .. "/files?name=liste-" .. math.random(32) .. ".csv", held, body)
end
function response(status, headers, body)
  if headers["ETag"] or headers["etag"] then tag = headers["ETag"] or headers["etag"] end
end
"""
WORDS = (
    "outscale", "ovh", "cloud", "gpu", "kubernetes", "stockage", "base", "messagerie", "sauvegarde", "santé", "france", "souverain",
    "public", "privé", "calcul", "serveur", "object", "compute", "database", "iaas", "paas", "saas",
)  # fmt: skip


@dataclass(frozen=True)
class Load:
    """What came of it. ``processor``: microseconds of the server's processes for each request."""

    a_second: float
    p99_ms: float
    requests: int
    wrong: int
    processor: float


def words() -> list[str]:
    """Two hundred words: those that people search by, and each with letters missing."""
    made = [word[: len(word) - cut] for cut in range(4) for word in WORDS if len(word) > cut + 2]
    return [quote(one, safe="%") for one in dict.fromkeys([*made, *(f"{one}%20{two}" for one in WORDS[:9] for two in WORDS[9:22])])][:200]


def load(address: str, token: str, seconds: float, pids: Callable[[], list[int]], *, writes: bool = True, seed: int = 7) -> Load:
    """Ask for so long, after two seconds that aren't counted. Raises `SystemExit` where there is no wrk."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "mix.lua"
        quoted = ", ".join(f'"{one}"' for one in words())
        script.write_text(SCRIPT % {"words": quoted, "token": token, "seed": seed, "writes": int(writes)}, encoding="utf-8")
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", "--latency", "--timeout", "30s", "-s", str(script), address]
        subprocess.run([*command, "-d2s"], check=True, capture_output=True)
        before = processor(pids())
        said = subprocess.run([*command, f"-d{seconds:.0f}s"], check=True, capture_output=True, text=True).stdout
        took = processor(pids()) - before
    return _read(said, took)


def _read(said: str, took: float) -> Load:
    def number(pattern: str, otherwise: str = "0") -> str:
        found = re.search(pattern, said)
        return found[1] if found else otherwise

    count = int(number(r"(\d+) requests in"))
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s|m)", said)
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    wrong = int(number(r"Non-2xx or 3xx responses: (\d+)")) + (sum(int(one) for one in errors.groups()) if errors else 0)
    return Load(float(number(r"Requests/sec:\s+([\d.]+)")), float(p99[1]) * unit[p99[2]] if p99 else float("inf"), count, wrong,
                took / max(count, 1) * 1e6)  # fmt: skip


def processor(pids: list[int]) -> float:
    """Seconds of the processor that these processes have had (Linux)."""
    ticks = 0
    for pid in pids:
        if not Path(f"/proc/{pid}/stat").exists():  # a connection's own, closed meanwhile
            continue
        parts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(parts[11]) + int(parts[12])
    return ticks / 100
