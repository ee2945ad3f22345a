# SPDX-License-Identifier: Apache-2.0
"""Runs each scenario of the load client against the baseline server, small and short."""

import argparse
import dataclasses
import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from harness import run_once  # noqa: E402
from rows import ROWS  # noqa: E402

BUILD = os.environ.get("ROOST_BENCH_BUILD", "")
SMALL = {"connections": 32, "rooms": 2, "rate": 10, "rounds": 2, "settle": 0}


BUILT = Path(BUILD, "bench_load").exists() and Path(BUILD, "bench_raw_server").exists()


@unittest.skipUnless(BUILT, "the bench programs are not built")
class scenarios_test(unittest.TestCase):
    def run_small(self, row, kind, loops):
        load = {**SMALL, **row.load}
        load["connections"] = min(load["connections"], SMALL["connections"])
        load["rooms"] = min(load["rooms"], SMALL["rooms"])
        # The client blocks in its poll, so that the test needs no core of its own.
        small = dataclasses.replace(row, load=load, loops=loops, shares_cores=True)
        options = argparse.Namespace(build=BUILD, bench_build=BUILD, seconds=0.3, warmup=0.1,
                                     store_folder=None)
        result = run_once(kind, small, options)
        self.assertEqual(result["error"], "", f"{row.key} against {kind}")
        for figure in row.figures:
            self.assertIn(figure.key, result)
        return result

    def test_every_row_runs_against_the_baseline_in_both_modes_and_with_two_threads(self):
        for row in ROWS:
            for kind, loops in (("raw", 1), ("rawc", 1), ("rawc", 2)):
                with self.subTest(row=row.key, kind=kind, loops=loops):
                    self.run_small(row, kind, loops)

    def test_sqlite_alone_gives_the_figures_of_durable_rooms(self):
        for row in ROWS:
            if row.baseline == "sqlite":
                with self.subTest(row=row.key):
                    self.run_small(row, "sqlite", 1)

    def test_a_delivery_has_134_bytes_on_the_wire(self):
        self.assertEqual(self.run_small(ROWS[0], "raw", 1)["bytes_per_delivery"], 134)


if __name__ == "__main__":
    unittest.main()
