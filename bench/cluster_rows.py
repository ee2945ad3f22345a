# SPDX-License-Identifier: Apache-2.0
"""The figures of a cluster: what each row runs, and the bounds of what it finds."""

from collections.abc import Callable
from dataclasses import dataclass

import cluster_runs as runs


@dataclass(frozen=True)
class bound:
    """One figure of a row. `value` and `limit` take the runs of one repeat, by name."""

    title: str
    unit: str
    sense: str  # at_least or at_most the limit
    value: Callable
    limit: Callable
    limit_text: str


@dataclass(frozen=True)
class row:
    key: str
    title: str
    runs: dict  # name -> function of the options; a repeat runs each once, in this order
    bounds: list


def fixed(number):
    return lambda _: number


def store(sync, times):
    return row(
        f"store_{sync}", f"log store without sockets beside nats.c alone, sync {sync}",
        {"nats.c": lambda o: runs.nats_appends(o, o.sizes.rooms, sync),
         "store": lambda o: runs.store_pushes(o, sync)},
        [bound("stored pushes/s", "/s", "at_least", lambda r: r["store"]["pushes_per_s"],
               lambda r: times * r["nats.c"]["appends_per_s"], f"{times} × nats.c")])


ROWS = [
    store("default", 4),
    store("always", 10),
    row("websocket", "the same through WebSockets, one node",
        {"memory": lambda o: runs.memory_echo(o, o.sizes.rooms),
         "node": lambda o: runs.durable_echo(o, o.sizes.rooms)},
        [bound("stored pushes/s", "/s", "at_least", lambda r: r["node"]["replies_per_s"],
               lambda r: 0.4 * r["memory"]["replies_per_s"], "0.4 × rooms in memory")]),
    row("one_room", "one room, one push in flight",
        {"memory": lambda o: runs.memory_echo(o, 1),
         "nats.c": lambda o: runs.nats_appends(o, 1, "default"),
         "node": lambda o: runs.durable_echo(o, 1)},
        [bound("p50 of a push", "µs", "at_most", lambda r: r["node"]["p50_us"],
               lambda r: r["memory"]["p50_us"] + r["nats.c"]["p50_us"] + 60,
               "rooms in memory + append + 60 µs")]),
    row("cross", "delivery from one node over another to a third, durable",
        {"nats.c": lambda o: runs.nats_appends(o, 1, "default"), "one way": runs.nats_one_way,
         "nodes": runs.cross_delivery},
        [bound("p50 of a delivery", "µs", "at_most", lambda r: r["nodes"]["p50_us"],
               lambda r: r["nats.c"]["p50_us"] + 2 * r["one way"]["p50_us"] + 100,
               "append + 2 × one way + 100 µs")]),
    row("kill", "take-over of 10,000 rooms with members after a node was killed",
        {"nodes": runs.kill_owner},
        [bound("first push, p50", "ms", "at_most", lambda r: r["nodes"]["first_p50_ms"],
               fixed(500), "500 ms"),
         bound("all attached, first push of all", "ms", "at_most",
               lambda r: r["nodes"]["first_max_ms"], fixed(5_000), "5 s"),
         bound("rooms of other shards, p99", "ms", "at_most",
               lambda r: r["nodes"]["others_during_p99_ms"],
               lambda r: 3 * r["nodes"]["others_before_p99_ms"] + 50, "3 × before + 50 ms"),
         bound("longest time between heartbeats", "ms", "at_most",
               lambda r: r["nodes"]["heartbeat_gap_ms"], fixed(runs.HEARTBEAT_MS + 250),
               f"one is sent each {runs.HEARTBEAT_MS} ms, + 250 ms")]),
    row("long_log", "a shard whose log holds 100,000 messages of 200 B",
        {"store": runs.store_take_over},
        [bound("served after its marker", "ms", "at_most",
               lambda r: r["store"]["ms_after_marker"], fixed(1_000), "1 s")]),
    row("unused", "100,000 durable rooms that nobody uses", {"nodes": runs.unused_rooms},
        [bound("RSS of nats-server a room", "B", "at_most",
               lambda r: r["nodes"]["nats_running_bytes"], fixed(400), "400 B"),
         bound("the same, started anew", "B", "at_most",
               lambda r: r["nodes"]["nats_restarted_bytes"], fixed(400), "400 B"),
         bound("RSS of the node a room, started anew", "B", "at_most",
               lambda r: r["nodes"]["node_bytes"], fixed(20), "0 (20 B of noise)")]),
]
