#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures a cluster on NATS against its bounds, in a network namespace of its own."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
from cluster_report import failures, judge, render  # noqa: E402
from cluster_rows import ROWS  # noqa: E402
from cluster_runs import QUICK, sizes  # noqa: E402
from harness import busy_seconds, children_seconds  # noqa: E402
from run import (ROOT, add_options, check_options, enter_namespace, machine,  # noqa: E402
                 raise_file_limit)

PROGRAMS = ("bench_load", "bench_nats", "bench_log_store")


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser, ROWS)
    parser.add_argument("--nats-server", default=str(ROOT / "build/nats/nats-server"),
                        help="get one with deploy/fetch-nats-server build/nats")
    parser.add_argument("--quick", action="store_true",
                        help="one small repeat of 1 s, to check that everything runs")
    options = parser.parse_args()
    options.sizes = sizes()
    if options.quick:
        options.repeats, options.seconds, options.sizes = 1, 1.0, QUICK
    check_options(parser, options, ROWS)
    return options


def check_programs(options):
    wanted = [Path(options.build, "roost"), Path(options.nats_server)]
    wanted += [Path(options.bench_build, name) for name in PROGRAMS]
    for path in wanted:
        if not path.exists():
            sys.exit(f"bench: {path} is missing: build it (make build), or get it "
                     "(deploy/fetch-nats-server build/nats)")


def run_once(run, options):
    """The numbers of one run, or its error, and the share of the CPU that others used."""
    started, busy, own = time.monotonic(), busy_seconds(), children_seconds()
    try:
        result = run(options)
    except (RuntimeError, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
        result = {"error": str(error)}
    seconds = time.monotonic() - started
    others = busy_seconds() - busy - (children_seconds() - own)
    result["others_cpu_share"] = max(0.0, others) / seconds / (os.cpu_count() or 1)
    return result


def measure(row, options):
    repeats = []
    for number in range(options.repeats):
        repeat = {}
        for name, run in row.runs.items():
            repeat[name] = run_once(run, options)
            shown = repeat[name].get("error") or "  ".join(
                f"{key} {value:.6g}" for key, value in repeat[name].items() if key != "error")
            print(f"{row.key} {number + 1}/{options.repeats} {name}: {shown}", flush=True)
        repeats.append(repeat)
    return {"key": row.key, "title": row.title, "repeats": repeats,
            "figures": [judge(each, repeats) for each in row.bounds]}


def described(options):
    version = subprocess.run([options.nats_server, "--version"], capture_output=True, text=True,
                             check=False).stdout.strip()
    return machine(options) | {
        "NATS": version, "stores": options.store_folder, "sizes": options.sizes,
        "network": "loopback in a namespace of its own; all processes share the cores",
        "runs": f"{options.repeats} of {options.seconds:g} s each, the runs of a row in turn"}


def main():
    options = parse()
    enter_namespace()
    raise_file_limit()
    options.bench_build = options.bench_build or options.build
    options.has_roost = True
    check_programs(options)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    options.store_folder = options.store_folder or options.out
    document = {"machine": {key: str(value) for key, value in described(options).items()},
                "rows": []}
    for row in ROWS:
        if not options.only or row.key in options.only:
            document["rows"].append(measure(row, options))
            (out / "cluster.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
            (out / "cluster.md").write_text(render(document), encoding="utf-8")
    print(render(document))
    print(f"bench: wrote {out}/cluster.md and cluster.json")
    failed = sum(len(failures(repeat)) for row in document["rows"] for repeat in row["repeats"])
    if failed:
        sys.exit(f"bench: {failed} runs failed")


if __name__ == "__main__":
    main()
