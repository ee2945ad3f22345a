# SPDX-License-Identifier: Apache-2.0
"""Starts a server, runs the load client against it, and stops both."""

import json
import os
import re
import select
import signal
import subprocess
import tempfile
import time

READY_SECONDS_MAX = 20
LOAD_SECONDS_MAX = 300
EVENT_BYTES = 200  # of a delivery of the load client in a log
QUIET = {"presence": {"mode": "off"}}


def rooms(**echo_rule):
    """The rules of rooms: `echo_rule` are more settings of those without a broadcast."""
    rules = [{"match": "room:*", **QUIET}, {"match": "echo:*", "echo": False, **QUIET, **echo_rule}]
    return json.dumps(rules, separators=(",", ":"))


ROOST_SETTINGS = {
    "listen.host": "127.0.0.1", "listen.port": 0, "admin.port": 0, "limits.idle_ms": 3_600_000,
    # The bench measures the path of a message, so nothing is rate-limited.
    "rates.connection.messages.per_second": 0, "rates.connection.joins.per_second": 0,
    "rooms": rooms(), "log.level": "warning",
    "drain.spread_ms": 0,
}


def pinned(cores, command):
    return ["taskset", "-c", cores] + command if cores else command


def serve_command(build, settings):
    command = [f"{build}/roost", "serve"]
    for key, value in settings.items():
        command += ["--set", f"{key}={value}"]
    return command


def server_command(kind, row, options, folder):
    """`kind` is roost, raw, rawc, or memory: Roost without the row's store. A store is in
    `folder`."""
    if kind not in ("roost", "memory"):
        return [f"{options.bench_build}/bench_raw_server", kind, "--threads", str(row.loops)]
    settings = {"node.loops": row.loops, **ROOST_SETTINGS, **row.settings}
    if row.store_sync and kind == "roost":
        settings |= {"store.path": f"{folder}/store", "store.sync": row.store_sync,
                     "rooms": rooms(durability="event")}
    return serve_command(options.build, settings)


def tail(stderr):
    """The end of a server's stderr, for an error message."""
    stderr.seek(0)
    text = stderr.read().decode(errors="replace").strip()
    return f" (stderr: {text[-400:]})" if text else ""


def wait_until_listening(process, stderr):
    """Returns the port that the server prints."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    text = b""
    while time.monotonic() < deadline:
        ready, _, _ = select.select([process.stdout], [], [], 0.2)
        chunk = os.read(process.stdout.fileno(), 4096) if ready else b""
        text += chunk
        found = re.search(rb"listening on http://[^\s]*:(\d+)", text)
        if found:
            return int(found.group(1))
        if process.poll() is not None or (ready and not chunk):
            break
    raise RuntimeError(f"the server did not start: {text!r}{tail(stderr)}")


def stop(process):
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def busy_seconds():
    """CPU seconds that all processes of the machine have used since boot."""
    with open("/proc/stat", encoding="ascii") as stat:
        ticks = [int(word) for word in stat.readline().split()[1:]]
    user, nice, system = ticks[:3]
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def children_seconds():
    used = os.times()
    return used.children_user + used.children_system


def load_command(kind, row, port, pid, options):
    dialect = "phoenix" if kind in ("roost", "memory") else "bare"
    command = [f"{options.bench_build}/bench_load", "--dialect", dialect, "--port", str(port),
               "--server-pid", str(pid), "--poll", "block" if row.shares_cores else "busy"]
    load = dict(row.load)
    if row.timed:
        load |= {"seconds": options.seconds, "warmup": options.warmup}
    for key, value in load.items():
        command += [f"--{key}", str(value)]
    return command


def run_load(command, server, on_measuring):
    load = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        if on_measuring and load.stdout.readline().strip() == b"measuring":
            on_measuring(server.pid)
        output, _ = load.communicate(timeout=LOAD_SECONDS_MAX)
    finally:
        if load.poll() is None:
            load.kill()
            load.wait()
        load.stdout.close()
    last = (output.strip().splitlines() or [b'{"error":"the load client printed nothing"}'])[-1]
    result = json.loads(last)
    if server.poll() is not None:
        result["error"] = f"the server exited with {server.returncode}; {result['error']}"
    return result


def run_sqlite(core, row, options, folder):
    """SQLite alone commits one event of each room in a transaction."""
    command = [f"{options.bench_build}/bench_sqlite", f"{folder}/limit.db", row.store_sync,
               str(row.load["connections"]), str(EVENT_BYTES), str(options.seconds)]
    done = subprocess.run(pinned(core, command), capture_output=True, text=True, check=False,
                          timeout=LOAD_SECONDS_MAX)
    return json.loads(done.stdout) if done.returncode == 0 else {"error": done.stderr.strip()}


def run_server(kind, cores, row, options, folder, on_measuring):
    """Starts a server, runs the load client once, and stops the server."""
    server_core, client_core = cores
    with tempfile.TemporaryFile() as stderr:
        command = server_command(kind, row, options, folder)
        server = subprocess.Popen(pinned(server_core, command), stdout=subprocess.PIPE,
                                  stderr=stderr)
        try:
            port = wait_until_listening(server, stderr)
            command = load_command(kind, row, port, server.pid, options)
            result = run_load(pinned(client_core, command), server, on_measuring)
        finally:
            stop(server)
            server.stdout.close()
        if result["error"]:
            result["error"] += tail(stderr)
    return result


def run_once(kind, row, options, on_measuring=None):
    """Runs one measurement against a server of this kind, or sqlite. Calls `on_measuring(pid)` when
    the measured part begins, in scenarios that have one."""
    cores = ("", "") if row.shares_cores or (os.cpu_count() or 1) < 2 else ("0", "1")
    started, busy, own = time.monotonic(), busy_seconds(), children_seconds()
    with tempfile.TemporaryDirectory(prefix="roost-bench-", dir=options.store_folder) as folder:
        if kind == "sqlite":
            result = run_sqlite(cores[0], row, options, folder)
        else:
            result = run_server(kind, cores, row, options, folder, on_measuring)
    seconds = time.monotonic() - started
    others = busy_seconds() - busy - (children_seconds() - own)
    result["others_cpu_share"] = max(0.0, others) / seconds / (os.cpu_count() or 1)
    return result
