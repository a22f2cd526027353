"""Writing whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from egide.app.files import WouldOverwriteError, read, write
from egide.vocabulary.errors import InputError


def test_a_file_is_never_written_over_without_leave(tmp_path: Path):
    path = tmp_path / "a"
    write(path, b"one")
    with pytest.raises(WouldOverwriteError):
        write(path, b"two")
    write(path, b"two", force=True)
    assert path.read_bytes() == b"two"


def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError):
        write(tmp_path / "folder", b"x", force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path):
    path = tmp_path / "large"
    path.write_bytes(b"x" * 100)
    with pytest.raises(InputError, match="large"):
        read(path, limit=10)


WRITER = """
import sys
from pathlib import Path
from egide.app.files import write
path = Path(sys.argv[1])
count = 0
while True:
    count += 1
    write(path, (str(count % 10) * 200_000).encode(), force=True)
    print(count, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_a_killed_writer_leaves_one_whole_version(tmp_path: Path):
    """Killed at many moments, the file is always one whole accepted version."""
    path = tmp_path / "answers.yaml"
    for pause in (0.05, 0.1, 0.15, 0.2, 0.25):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        content = path.read_bytes()
        assert len(content) == 200_000
        assert len(set(content)) == 1
