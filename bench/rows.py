# SPDX-License-Identifier: Apache-2.0
"""The measurements: each row's load, baseline, figures and goals."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class figure:
    """One number of a row. `comparison` says how Roost is judged by it:
    at_least: roost / baseline >= goal     at_most: roost / baseline <= goal
    below:    Roost's own number <= goal   above:   Roost's own number >= goal
    none:     the figure is reported without a goal
    """

    key: str
    title: str
    unit: str
    comparison: str
    first: float = 0.0
    then: float = 0.0
    last: float = 0.0


@dataclass(frozen=True)
class row:
    key: str
    title: str
    baseline: str  # raw, rawc, memory (Roost without the row's store) or sqlite (alone)
    load: dict
    figures: list
    loops: int = 1  # loops of Roost, threads of the baseline
    shares_cores: bool = False  # the client blocks in its poll and is not pinned to a core
    timed: bool = True  # takes --seconds
    settings: dict = field(default_factory=dict)
    store_sync: str = ""  # store.sync of a row with durable rooms


ROOM_MEMBERS = 100

cpu = figure("cpu_us_per_delivery", "server CPU a delivery", "µs", "none")
rate = "deliveries/s"


def broadcast(key, title, baseline, window, loops, goals):
    return row(
        key, title, baseline,
        {"scenario": "broadcast", "connections": 10_000, "window": window},
        [figure("deliveries_per_s", rate, "/s", "at_least", *goals), cpu],
        loops=loops, shares_cores=loops > 1)


def durable(rooms, sync, baseline, goals=None):
    """One push outstanding in each room; its reply comes when the event is stored."""
    beside = {"memory": "rooms in memory", "sqlite": "SQLite alone"}[baseline]
    judged = ("at_least", *goals) if goals else ("none",)
    return row(
        f"durable_{rooms}_{sync}_{baseline}",
        f"durable pushes into {rooms} rooms, sync {sync}, beside {beside}", baseline,
        {"scenario": "echo", "connections": rooms},
        [figure("replies_per_s", "stored pushes/s", "/s", *judged),
         figure("p50_us", "p50 of a push", "µs", "none"),
         figure("written_bytes_per_reply", "bytes written an event", "B", "none")],
        store_sync=sync)


ROWS = [
    broadcast("broadcast_1", "room of 10,000, one message outstanding, one loop", "raw", 1, 1,
              (0.75, 0.90, 0.95)),
    broadcast("broadcast_1_two", "the same, two loops, client shares the cores", "raw", 1, 2,
              (0.85, 0.92, 0.97)),
    broadcast("broadcast_16", "16 messages outstanding, one loop", "rawc", 16, 1,
              (0.6, 0.90, 0.95)),
    row("idle", "memory of an idle connection in a room of 100, V2, presence off", "raw",
        {"scenario": "idle", "connections": 15_000, "rooms": 15_000 // ROOM_MEMBERS},
        [figure("rss_per_connection", "RSS a connection", "B", "below", 2600, 2100, 1500)],
        timed=False),
    row("idle_presence", "the same, presence on (full)", "raw",
        {"scenario": "idle", "connections": 15_000, "rooms": 15_000 // ROOM_MEMBERS},
        [figure("rss_per_connection", "RSS a connection", "B", "below", 3000, 2500, 1800)],
        timed=False, settings={"rooms": '[{"match":"*"}]'}),
    row("connect", "connects and joins, 64 at a time", "raw",
        {"scenario": "connect", "connections": 15_000, "rooms": 15_000 // ROOM_MEMBERS},
        [figure("joined_per_s", "joined/s", "/s", "at_least", 0.4, 0.7, 0.85),
         figure("cpu_us_per_join", "server CPU a join", "µs", "none")], timed=False),
    row("echo_1", "round trip of a push and its reply, one in flight", "raw",
        {"scenario": "echo", "connections": 1},
        [figure("p50_us", "p50", "µs", "at_most", 1.5, 1.2, 1.1),
         figure("p99_us", "p99", "µs", "at_most", 1.5, 1.2, 1.1)]),
    row("echo_64", "the same, 64 in flight", "raw", {"scenario": "echo", "connections": 64},
        [figure("replies_per_s", "round trips/s", "/s", "at_least", 0.5, 0.75, 0.9),
         figure("cpu_us_per_reply", "server CPU a round trip", "µs", "none")]),
    row("rooms", "200 rooms of 16 at 10 Hz, 512k/s due", "rawc",
        {"scenario": "rooms", "connections": 3_200, "rooms": 200, "rate": 10},
        [figure("delivered_share", "share of due deliveries", "", "above", 0.995, 0.995, 0.995),
         figure("p99_ms", "p99 since the due time", "ms", "below", 200, 80, 50), cpu]),
    durable(1, "interval", "memory"),
    durable(100, "interval", "memory"),
    durable(1_000, "interval", "memory", (0.4, 0.4, 0.4)),
    *(durable(rooms, sync, "sqlite") for sync in ("interval", "always")
      for rooms in (1, 100, 1_000)),
]
