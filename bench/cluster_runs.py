# SPDX-License-Identifier: Apache-2.0
"""The runs of the cluster's figures. Each starts its own servers, and returns its numbers."""

import json
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass

from cluster_harness import CLUSTER, nats_server, node, rss_bytes, wait_for, wait_until_shared
from harness import LOAD_SECONDS_MAX, run_load

EVENT_BYTES = 130      # of an append of NATS alone, as of a delivery of the load client
LOGGED_BYTES = 200     # of a message in the long log
ROOMS_GONE_SECONDS_MAX = 600
LOG_CUT_SECONDS_MAX = 60
LOG_BYTES_MIN = 1_000_000  # below it a log counts as cut
GONE_MS, HEARTBEAT_MS = 1_000, 50
KILL_SHARDS, NODES = 9, 3


@dataclass(frozen=True)
class sizes:
    """How much is measured."""

    rooms: int = 1_000           # with one push outstanding each
    cluster_rooms: int = 30_000  # of three nodes; a third is taken over
    connections: int = 3_000     # in those rooms
    rounds: int = 10             # events in each of them that no snapshot covers
    steady: int = 90             # of them that are pushed into all the time
    logged: int = 100_000        # messages in the long log
    unused: int = 100_000        # rooms that nobody uses
    settle_seconds: float = 130  # before memory is read: Go collects garbage every two minutes


QUICK = sizes(rooms=50, cluster_rooms=300, connections=60, rounds=2, steady=60, logged=500,
              unused=200, settle_seconds=1)


def json_of(command, seconds_max=LOAD_SECONDS_MAX):
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          timeout=seconds_max)
    lines = done.stdout.strip().splitlines()
    if not lines:
        raise RuntimeError(done.stderr.strip()[-400:] or f"{command[0]} printed nothing")
    return json.loads(lines[-1])


def in_folder(run):
    """Gives a run a folder for its stores, which ends with it."""
    def with_folder(options, *args):
        with tempfile.TemporaryDirectory(prefix="roost-bench-", dir=options.store_folder) as folder:
            return run(options, folder, *args)
    return with_folder


@in_folder
def nats_appends(options, folder, rooms, sync):
    with nats_server(options.nats_server, folder, sync) as nats:
        return json_of([f"{options.bench_build}/bench_nats", nats.url, "appends", str(rooms),
                        str(EVENT_BYTES), str(options.seconds)])


@in_folder
def nats_one_way(options, folder):
    with nats_server(options.nats_server, folder, "default") as nats:
        return json_of([f"{options.bench_build}/bench_nats", nats.url, "one_way",
                        str(EVENT_BYTES), str(options.seconds)])


def log_store(options, nats, scenario, **load):
    command = [f"{options.bench_build}/bench_log_store", "--nats", nats.url, "--scenario", scenario]
    for key, value in load.items():
        command += [f"--{key}", str(value)]
    return json_of(command)


@in_folder
def store_pushes(options, folder, sync):
    with nats_server(options.nats_server, folder, sync) as nats:
        return log_store(options, nats, "pushes", rooms=options.sizes.rooms,
                         seconds=options.seconds, warmup=options.warmup)


@in_folder
def store_take_over(options, folder):
    # The message of a push has about 160 bytes besides its payload.
    with nats_server(options.nats_server, folder, "default") as nats:
        return log_store(options, nats, "take_over", messages=options.sizes.logged, shards=1,
                         bytes=LOGGED_BYTES - 160)


def load_of(options, to, scenario, **load):
    """Runs the load client, which blocks in its poll, because servers share its core."""
    load |= {"port": to.port, "server-pid": to.pid, "poll": "block", "seconds": options.seconds,
             "warmup": options.warmup}
    command = [f"{options.bench_build}/bench_load", "--scenario", scenario]
    for key, value in load.items():
        command += [f"--{key}", str(value)]
    result = run_load(command, to.process, None)
    if result["error"]:
        result["error"] += f" (log of {to.name}: {to.log()[-300:]})"
    return result


@in_folder
def memory_echo(options, folder, rooms):
    with node(options, folder, None) as alone:
        return load_of(options, alone, "echo", connections=rooms)


@in_folder
def durable_echo(options, folder, rooms):
    with nats_server(options.nats_server, folder, "default") as nats, \
            node(options, folder, nats) as one:
        wait_until_shared([one], 8)
        return load_of(options, one, "echo", connections=rooms)


def start_nodes(stack, options, folder, nats, **settings):
    made = [node(options, folder, nats, name, **settings) for name in "abc"[:NODES]]
    for each in made:
        stack.enter_context(each)
    return made


@in_folder
def cross_delivery(options, folder):
    """The only shard, and so the room, is at the node that serves neither client."""
    with nats_server(options.nats_server, folder, "default") as nats, ExitStack() as stack:
        nodes = start_nodes(stack, options, folder, nats, **{"cluster.shards": 1})
        owner = wait_until_shared(nodes, 1)[0]
        sender, receiver = (each for each in nodes if each.name != owner)
        result = load_of(options, sender, "cross", **{"other-port": receiver.port})
        if wait_until_shared(nodes, 1)[0] != owner:
            raise RuntimeError("the shard has changed its owner")
        return result


def listen_to_heartbeats(stack, options, nats):
    listener = subprocess.Popen(
        [f"{options.bench_build}/bench_nats", nats.url, "heartbeats", CLUSTER, str(GONE_MS),
         str(LOAD_SECONDS_MAX)], stdout=subprocess.PIPE, text=True)
    stack.callback(listener.wait)
    stack.callback(listener.kill)
    listener.stdout.readline()
    return listener


@in_folder
def kill_owner(options, folder):
    """Node a is ended, while members of its rooms are at node b, and b and c take them over."""
    with nats_server(options.nats_server, folder, "default") as nats, ExitStack() as stack:
        nodes = start_nodes(stack, options, folder, nats, **{
            "cluster.shards": KILL_SHARDS, "cluster.gone_ms": GONE_MS,
            "cluster.heartbeat_ms": HEARTBEAT_MS})
        before = wait_until_shared(nodes, KILL_SHARDS)
        heartbeats = listen_to_heartbeats(stack, options, nats)
        size = options.sizes
        result = load_of(options, nodes[1], "kill", **{
            "kill-pid": nodes[0].pid, "gone-ms": GONE_MS - HEARTBEAT_MS,
            "rooms": size.cluster_rooms, "connections": size.connections, "rounds": size.rounds,
            "steady": size.steady})
        heartbeats.send_signal(signal.SIGTERM)
        heard = json.loads(heartbeats.communicate(timeout=10)[0])
        if result["error"]:
            return result
        after = wait_until_shared(nodes[1:], KILL_SHARDS)
        moved = [shard for shard, name in before.items() if name not in ("a", after[shard])]
        if moved or heard["nodes"] != NODES - 1:
            raise RuntimeError(f"shards {moved} moved, {heard['nodes']} nodes were heard")
        return result | {"heartbeat_gap_ms": heard["gap_ms_max"]}


def memory_at_rest(options, nats, one):
    """Starts both anew, and returns (RSS of the nats-server, RSS of the node)."""
    one.stop()
    nats.restart()
    one.start()
    wait_until_shared([one], 8)
    time.sleep(options.sizes.settle_seconds)
    return rss_bytes(nats.pid), rss_bytes(one.pid)


@in_folder
def unused_rooms(options, folder):
    with nats_server(options.nats_server, folder, "default") as nats, \
            node(options, folder, nats, **{"cluster.truncate_delay_ms": 0}) as one:
        wait_until_shared([one], 8)
        nats_empty, node_empty = memory_at_rest(options, nats, one)
        count = options.sizes.unused
        result = load_of(options, one, "visit", rooms=count, connections=min(200, count))
        if result["error"]:
            return result
        wait_for(lambda: one.metric("roost_rooms") == 0, "node without rooms",
                 ROOMS_GONE_SECONDS_MAX)
        wait_for(lambda: one.metric("roost_store_log_bytes") < LOG_BYTES_MIN, "log that is cut",
                 LOG_CUT_SECONDS_MAX)
        if one.metric("roost_store_snapshots_total") < count:
            raise RuntimeError("not every room was stored")
        time.sleep(options.sizes.settle_seconds)
        nats_running = rss_bytes(nats.pid)
        nats_full, node_full = memory_at_rest(options, nats, one)
        return result | {
            "nats_running_bytes": (nats_running - nats_empty) / count,
            "nats_restarted_bytes": (nats_full - nats_empty) / count,
            "node_bytes": (node_full - node_empty) / count}
