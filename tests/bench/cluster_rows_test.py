# SPDX-License-Identifier: Apache-2.0
"""Runs each row of the cluster's benchmark, small and short. Measures no speed."""

import argparse
import os
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
from cluster_report import failures, judge  # noqa: E402
from cluster_rows import ROWS  # noqa: E402
from cluster_runs import QUICK  # noqa: E402

BUILD = os.environ.get("ROOST_BENCH_BUILD", "")
NATS = os.environ.get("ROOST_NATS_SERVER", str(ROOT / "build/nats/nats-server"))
# Rooms that nobody uses stay in the node for a minute.
SLOW = ("unused",)
BUILT = Path(BUILD, "bench_nats").exists() and Path(BUILD, "roost").exists()


@unittest.skipUnless(BUILT and Path(NATS).exists(), "the bench programs or NATS are missing")
class cluster_rows_test(unittest.TestCase):
    def test_every_row_has_all_its_figures(self):
        options = argparse.Namespace(build=BUILD, bench_build=BUILD, nats_server=NATS, seconds=0.3,
                                     warmup=0.1, store_folder=None, sizes=QUICK)
        for row in ROWS:
            if row.key in SLOW:
                continue
            with self.subTest(row=row.key):
                repeat = {name: run(options) for name, run in row.runs.items()}
                self.assertEqual(failures(repeat), [])
                for bound in row.bounds:
                    self.assertIsNotNone(judge(bound, [repeat])["is_held"])


if __name__ == "__main__":
    unittest.main()
