# SPDX-License-Identifier: Apache-2.0
"""Starts a nats-server and nodes on it, and asks them for their state."""

import json
import os
import re
import select
import subprocess
import time
import urllib.request
from pathlib import Path

from harness import QUIET, READY_SECONDS_MAX, ROOST_SETTINGS, serve_command, stop

CLUSTER = "bench"
SETTLED_SECONDS = 2.0  # without a shard that changes its owner
SETTLE_SECONDS_MAX = 60
ADMIN_SECONDS_MAX = 10
STREAM_BYTES_MAX = 256 << 20  # of a log; JetStream wants twice as much for each
_LISTENING = re.compile(rb"listening on http://[^\s]*:(\d+).*admin on http://[^\s]*:(\d+)", re.S)


def wait_for(condition, wanted, seconds_max):
    deadline = time.monotonic() + seconds_max
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise RuntimeError(f"no {wanted} within {seconds_max:g} s")
        time.sleep(0.05)


def rss_bytes(pid):
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("a process has ended")


class server:
    """A process that lives as long as its `with` block."""

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        stop(self.process)


class nats_server(server):
    """A nats-server with its files in `folder`. It keeps its port when it starts again."""

    def __init__(self, program, folder, sync):
        self.program, self.folder, self.port = program, Path(folder, "nats"), -1
        self.folder.mkdir()
        line = ", sync_interval: always" if sync == "always" else ""
        (self.folder / "nats.conf").write_text(
            f"host: 127.0.0.1\nports_file_dir: {self.folder}\n"
            f"jetstream {{ store_dir: {self.folder}/store, max_file: 16GB{line} }}\n",
            encoding="utf-8")

    @property
    def url(self):
        return f"nats://127.0.0.1:{self.port}"

    def start(self):
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, "-c", self.folder / "nats.conf", "-p", str(self.port)],
                stdout=log, stderr=log)
        # It writes this file when it listens.
        ports = self.folder / f"nats-server_{self.pid}.ports"

        def listens():
            if self.process.poll() is not None:
                raise RuntimeError("the nats-server did not start: " + self.log_end())
            text = ports.read_text(encoding="utf-8") if ports.exists() else ""
            return re.search(r'nats://127\.0\.0\.1:(\d+)"', text)
        self.port = int(wait_for(listens, "nats-server", READY_SECONDS_MAX).group(1))

    def log_end(self):
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-400:]

    def restart(self):
        self.stop()
        self.start()


def rules(durability):
    """`room:*` with its own broadcasts, `echo:*` without. Empty rooms expire after a minute."""
    common = {**QUIET, "durability": durability, "history": {"age_ms_max": 60_000}}
    return json.dumps([{"match": "room:*", **common}, {"match": "echo:*", "echo": False, **common}],
                      separators=(",", ":"))


class node(server):
    """A node of a cluster on `nats`; without it a node alone, with its rooms in memory."""

    def __init__(self, options, folder, nats, name="a", **settings):
        self.options, self.nats, self.name = options, nats, name
        self.log_file = Path(folder, f"{name}.log")
        self.settings = {**ROOST_SETTINGS, "log.level": "info", "node.name": name,
                         "rooms": rules("event" if nats else "memory")}
        if nats:
            self.settings |= {"cluster.nats": json.dumps([nats.url]), "cluster.name": CLUSTER,
                              "cluster.log_bytes_max": STREAM_BYTES_MAX, **settings}

    def start(self):
        command = serve_command(self.options.build, self.settings)
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        deadline, text = time.monotonic() + READY_SECONDS_MAX, b""
        while time.monotonic() < deadline and self.process.poll() is None:
            if select.select([self.process.stdout], [], [], 0.2)[0]:
                text += os.read(self.process.stdout.fileno(), 4096)
            found = _LISTENING.search(text)
            if found:
                self.port, self.admin_port = map(int, found.groups())
                return
        raise RuntimeError(f"node {self.name} did not start: {self.log()[-400:]}")

    def stop(self):
        super().stop()
        self.process.stdout.close()

    def log(self):
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def events(self, name):
        """The lines of the log with this event."""
        lines = (json.loads(line) for line in self.log().splitlines() if line.startswith("{"))
        return [line for line in lines if line.get("event") == name]

    def metric(self, name):
        address = f"http://127.0.0.1:{self.admin_port}/metrics"
        with urllib.request.urlopen(address, timeout=ADMIN_SECONDS_MAX) as answer:
            text = answer.read().decode()
        found = re.search(rf"^{name} (\S+)$", text, re.M)
        if not found:
            raise RuntimeError(f"no metric {name}")
        return float(found.group(1))


def owners(nodes):
    """Shard -> the node that has taken it last."""
    newest = {}
    for each in nodes:
        for taken in each.events("shard_taken"):
            newest[taken["shard"]] = max(newest.get(taken["shard"], (0, "")),
                                         (taken["ownership"], each.name))
    return {shard: name for shard, (_, name) in newest.items()}


def wait_until_shared(nodes, shards):
    """Waits until each node has its share of the shards, and keeps it. Returns owners()."""
    least = shards // len(nodes)
    seen, since = None, time.monotonic()

    def are_settled():
        nonlocal seen, since
        now = owners(nodes)
        if now != seen:
            seen, since = now, time.monotonic()
        shares = [list(now.values()).count(each.name) for each in nodes]
        return (len(now) == shards and min(shares) >= least and max(shares) - min(shares) <= 1
                and time.monotonic() - since >= SETTLED_SECONDS)
    wait_for(are_settled, "node with its share of the shards", SETTLE_SECONDS_MAX)
    return seen
