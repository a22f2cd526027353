"""A signer that is a command: a card, a safe, a service that holds the key and lets nobody have it.

The protocol, in whole: the command is run without a shell, with the name of the algorithm (ES256, EdDSA …) as its last argument; the
message to sign is on its standard input; it writes the signature, raw or for ECDSA in DER, on its standard output, and ends with 0.
Whatever it has to say to a person goes to its standard error, which is the person's. It has thirty seconds. Its answer is checked with
the public key before it is used (`egide.trust.signing.ExternalSigner`).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import IO

from egide.trust.jose import MAX_SIGNATURE_BYTES
from egide.trust.signing import SignerError
from egide.vocabulary.language import N_

SECONDS = 30.0


def asking(command: Sequence[str], seconds: float = SECONDS) -> Callable[[str, bytes], bytes]:
    """The function that asks the command for a signature. It raises `SignerError` when there is none to be had."""

    def ask(algorithm: str, message: bytes) -> bytes:
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
            given.write(message)
            given.seek(0)
            _run([*command, algorithm], given, answer, seconds)
            answer.seek(0)
            said = answer.read(MAX_SIGNATURE_BYTES + 1)
        if len(said) > MAX_SIGNATURE_BYTES:
            raise _refused(N_("the signer `{command}` wrote more than a signature"), command)
        return said

    return ask


def _run(words: Sequence[str], given: IO[bytes], answer: IO[bytes], seconds: float) -> None:
    """Run the command to its end; past its time, end it with all that it began."""
    try:
        process = subprocess.Popen(words, stdin=given, stdout=answer, start_new_session=True)  # noqa: S603 - the user's own, without a shell
    except OSError as error:
        raise _refused(N_("the signer `{command}` cannot be run: {problem}"), words, problem=error.strerror or error) from error
    with process:
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise _refused(N_("the signer `{command}` gave no answer within {seconds} seconds"), words, seconds=round(seconds)) from None
        finally:
            _end(process)
    if code:
        raise _refused(N_("the signer `{command}` ended with code {code}"), words, code=code)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs; on systems that have groups, its whole group."""
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _refused(message: str, command: Sequence[str], **values: object) -> SignerError:
    return SignerError(message, {"command": command[0], **values})
