"""OpenStack Swift with its S3 face, whole, in one process and in memory: a real object store for tests.

    python swift_server.py FOLDER

Prints the port of the proxy. The user is `test:tester` with the secret `testing`, the bucket `journal`. Objects live in memory, as not
every file system has the extended attributes that Swift keeps beside them; accounts and containers live in SQLite below FOLDER.
"""

# ruff: noqa: E402 - eventlet takes the place of the sockets before anybody uses them
import eventlet

eventlet.monkey_patch()

import os
import sys
from pathlib import Path

from eventlet import event, listen, wsgi

FOLDER = Path(sys.argv[1]).resolve()
ETC, DEVICES = FOLDER / "etc", FOLDER / "devices"
ETC.mkdir(parents=True)
(DEVICES / "d1").mkdir(parents=True)
os.environ["SWIFT_CONF"] = str(ETC)

from swift.account.server import AccountController
from swift.common import utils
from swift.common.middleware import copy, gatekeeper, listing_formats, slo, tempauth
from swift.common.middleware.s3api import s3api
from swift.common.ring import RingBuilder
from swift.common.swob import Request
from swift.container.server import ContainerController
from swift.obj.mem_server import ObjectController
from swift.proxy.server import Application

utils.HASH_PATH_SUFFIX, utils.HASH_PATH_PREFIX = b"suffix", b"prefix"
CONF = {"swift_dir": str(ETC), "devices": str(DEVICES), "mount_check": "false", "account_autocreate": "true"}
BACKENDS = {"account": AccountController, "container": ContainerController, "object": ObjectController}

CREATED = 201


class Memory(dict):
    """What memcached does for Swift, without memcached: tokens and listings of one process."""

    def get(self, key, raise_on_error=False):
        return super().get(key)

    def set(self, key, value, **options):
        self[key] = value

    def delete(self, key, server_key=None):
        self.pop(key, None)


class Cache:
    """Hands the memory to what stands behind it."""

    def __init__(self, app):
        self.app, self.memory = app, Memory()

    def __call__(self, env, start_response):
        env["swift.cache"] = self.memory
        return self.app(env, start_response)


def serve(app, socket):
    log = (FOLDER / "access.log").open("a")
    eventlet.spawn(wsgi.server, socket, app, log=log)


def ring(name, port):
    builder = RingBuilder(1, 1, 0)
    place = {"ip": "127.0.0.1", "port": port, "replication_ip": "127.0.0.1", "replication_port": port}
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "weight": 1, "device": "d1", **place})
    builder.rebalance(seed=1)
    builder.get_ring().save(str(ETC / f"{name}.ring.gz"))


def main():
    for name, controller in BACKENDS.items():
        socket = listen(("127.0.0.1", 0))
        ring(name, socket.getsockname()[1])
        serve(controller(CONF), socket)
    proxy = Application(CONF)
    eventlet.sleep(0)
    made = Request.blank("/v1/AUTH_test/journal", {"swift_owner": True, "swift.cache": Memory()}, method="PUT").get_response(proxy)
    if made.status_int != CREATED:
        raise SystemExit(made.status)
    app = copy.filter_factory(CONF)(slo.filter_factory(CONF)(proxy))
    app = tempauth.filter_factory(CONF, user_test_tester="testing .admin")(app)
    app = s3api.filter_factory(CONF, s3_acl="false", auth_pipeline_check="false", location="us-east-1")(app)
    app = gatekeeper.filter_factory(CONF)(listing_formats.filter_factory(CONF)(Cache(app)))
    socket = listen(("127.0.0.1", 0))
    serve(app, socket)
    sys.stdout.write(f"{socket.getsockname()[1]}\n")
    sys.stdout.flush()
    event.Event().wait()


if __name__ == "__main__":
    main()
