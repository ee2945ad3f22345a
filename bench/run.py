#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures Roost against the limit, in one run and in a network namespace of its own."""

import argparse
import datetime
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from harness import run_once  # noqa: E402
from perf_top import record  # noqa: E402
from report import judge, render  # noqa: E402
from rows import ROWS  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
INSIDE = "ROOST_BENCH_INSIDE_NAMESPACE"
FILES_NEEDED = 16_000  # 15,000 connections and a reserve
PROFILED = ("broadcast_1", "broadcast_16")


def add_options(parser, rows):
    """The options that each bench has. `rows`: those that --only may name."""
    parser.add_argument("--build", default=str(ROOT / "build/release"),
                        help="folder that holds roost, and the bench_* programs")
    parser.add_argument("--bench-build", default="",
                        help="folder of the bench_* programs, if not --build")
    parser.add_argument("--out", default=str(ROOT / "build/bench"), help="folder for the report")
    parser.add_argument("--store-folder", default="", metavar="FOLDER",
                        help="folder on the disk for stores; default: that of the report")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="measured time of each run")
    parser.add_argument("--warmup", type=float, default=1)
    parser.add_argument("--only", default="", help="rows, separated by commas: " +
                        ",".join(row.key for row in rows))


def check_options(parser, options, rows):
    """Makes a list of --only."""
    known = {row.key for row in rows}
    options.only = [key for key in options.only.split(",") if key]
    if options.repeats < 1 or options.seconds <= 0 or not set(options.only) <= known:
        parser.error("bad --repeats, --seconds or --only")


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser, ROWS)
    parser.add_argument("--quick", action="store_true",
                        help="one repeat of 2 s, to check that everything runs")
    parser.add_argument("--baseline-only", action="store_true")
    parser.add_argument("--profile", action="store_true", help="perf on Roost during a broadcast")
    options = parser.parse_args()
    if options.quick:
        options.repeats, options.seconds = 1, 2.0
    check_options(parser, options, ROWS)
    return options


def enter_namespace():
    """Restarts this program in a network namespace of its own, or prepares that namespace."""
    if os.geteuid() != 0:
        sys.exit("bench: needs root for a network namespace (sudo make bench)")
    if not shutil.which("unshare") or not shutil.which("ip"):
        sys.exit("bench: needs unshare and ip (apt-get install util-linux iproute2)")
    if os.environ.get(INSIDE) != "1":
        if subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode:
            sys.exit("bench: this container may not make a network namespace "
                     "(needs CAP_SYS_ADMIN; docker: --privileged)")
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "-n", sys.executable, *sys.argv])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for name, value in (("ipv4/ip_local_port_range", "1024 65535"), ("core/somaxconn", "65535")):
        try:
            Path("/proc/sys/net", name).write_text(value, encoding="ascii")
        except OSError as error:
            sys.exit(f"bench: cannot set net/{name}: {error}")


def raise_file_limit():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and hard < FILES_NEEDED:
        sys.exit(f"bench: a process may open {hard} files here, {FILES_NEEDED} are needed "
                 "(ulimit -Hn)")


def first_line(path, start):
    try:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            if line.startswith(start):
                return line.removeprefix(start).strip(' :="\t')
    except OSError:
        pass
    return "unknown"


def commit():
    def git(*words):
        done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True,
                              check=False)
        return done.stdout.strip()
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (
        " with changes" if git("status", "--porcelain") else "")


def machine(options):
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit(),
        "Roost": f"{options.build}/roost" if options.has_roost else "not measured (no binary)",
        "cores": f"{os.cpu_count()}, {first_line('/proc/cpuinfo', 'model name')}",
        "memory": first_line("/proc/meminfo", "MemTotal"),
        "system": f"{first_line('/etc/os-release', 'PRETTY_NAME')}, kernel {platform.release()}",
        "load average at the start": " ".join(f"{x:.2f}" for x in os.getloadavg()),
        "network": "loopback in a namespace of its own; server on core 0, client polling on core "
                   "1, except where the client shares the cores",
        "TCP congestion control": first_line("/proc/sys/net/ipv4/tcp_congestion_control", ""),
        "runs": f"{options.repeats} of {options.seconds:g} s each, baseline and Roost in turn",
    }


def servers_of(row, options):
    return [row.baseline, "roost"] if options.has_roost else [row.baseline]


def measure(row, options):
    runs = {kind: [] for kind in servers_of(row, options)}
    for repeat in range(options.repeats):
        for kind in runs:
            try:
                result = run_once(kind, row, options)
            except (RuntimeError, OSError, ValueError, subprocess.SubprocessError) as error:
                result = {"error": str(error)}
            runs[kind].append(result)
            shown = result.get("error") or "  ".join(
                f"{f.key} {result.get(f.key, 0):.6g}" for f in row.figures)
            print(f"{row.key} {repeat + 1}/{options.repeats} {kind}: {shown}", flush=True)
    roost = runs.get("roost", [])
    return {"key": row.key, "title": row.title, "baseline": row.baseline, "runs": runs,
            "figures": [judge(f, roost, runs[row.baseline]) for f in row.figures]}


def profiles(options):
    found = {}
    long_enough = argparse.Namespace(**{**vars(options), "seconds": max(options.seconds, 6.0)})
    for row in ROWS:
        if row.key not in PROFILED:
            continue
        kind = servers_of(row, options)[-1]

        def on_measuring(pid, title=f"{kind}, {row.title}"):
            found[title] = record(pid)
        run_once(kind, row, long_enough, on_measuring)
    return found


def main():
    options = parse()
    enter_namespace()
    raise_file_limit()
    options.bench_build = options.bench_build or options.build
    for name in ("bench_load", "bench_raw_server", "bench_sqlite"):
        if not Path(options.bench_build, name).exists():
            sys.exit(f"bench: {options.bench_build}/{name} is missing: build it (make build)")
    Path(options.out).mkdir(parents=True, exist_ok=True)
    options.store_folder = options.store_folder or options.out
    options.has_roost = Path(options.build, "roost").exists() and not options.baseline_only
    document = {"machine": machine(options), "rows": []}
    for row in ROWS:
        if not options.only or row.key in options.only:
            document["rows"].append(measure(row, options))
    if options.profile:
        document["profiles"] = profiles(options)
    out = Path(options.out)
    (out / "report.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    (out / "report.md").write_text(render(document), encoding="utf-8")
    print(render(document))
    print(f"bench: wrote {out}/report.md and report.json")
    failed = sum(bool(run.get("error")) for row in document["rows"]
                 for runs in row["runs"].values() for run in runs)
    if failed:
        sys.exit(f"bench: {failed} runs failed")


if __name__ == "__main__":
    main()
