# SPDX-License-Identifier: Apache-2.0
"""The bounds and the text of the report about a cluster."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from cluster_report import held_text, judge, render  # noqa: E402
from cluster_rows import bound  # noqa: E402

RATE = bound("rate", "/s", "at_least", lambda r: r["store"]["rate"],
             lambda r: 4 * r["nats"]["rate"], "4 × nats")
TIME = bound("time", "ms", "at_most", lambda r: r["store"]["rate"], lambda _: 500, "500 ms")


def repeats(*pairs):
    return [{"nats": {"error": "", "rate": nats}, "store": {"error": "", "rate": store}}
            for nats, store in pairs]


class cluster_report_test(unittest.TestCase):
    def test_a_limit_is_that_of_the_same_repeat(self):
        judged = judge(RATE, repeats((100, 400), (200, 1_200), (10, 80)))
        self.assertEqual(judged["share"], (1.5, 1.0, 2.0))
        self.assertEqual(judged["limit"], (400, 40, 800))
        self.assertEqual(held_text(judged), "yes")

    def test_a_rate_below_its_limit_is_not_held(self):
        self.assertEqual(held_text(judge(RATE, repeats((100, 300)))), "**no**")

    def test_a_time_is_held_up_to_its_limit(self):
        self.assertEqual(held_text(judge(TIME, repeats((1, 500)))), "yes")
        self.assertEqual(held_text(judge(TIME, repeats((1, 501)))), "**no**")

    def test_runs_that_do_not_agree_are_marked(self):
        self.assertEqual(held_text(judge(RATE, repeats((100, 400), (100, 500), (100, 300)))),
                         "yes?")

    def test_a_repeat_with_a_failed_run_counts_not_at_all(self):
        failed = [{"nats": {"error": "", "rate": 1}, "store": {"error": "lost"}}]
        self.assertEqual(judge(RATE, failed + repeats((100, 800)))["share"], (2.0, 2.0, 2.0))
        self.assertEqual(held_text(judge(RATE, failed)), "-")

    def test_the_page_shows_every_bound_and_the_failed_runs(self):
        runs = repeats((100, 800)) + [{"nats": {"error": "", "rate": 100, "others_cpu_share": 0.4},
                                       "store": {"error": "lost"}}]
        page = render({"machine": {"cores": "2"}, "rows": [
            {"key": "k", "title": "title", "repeats": runs, "figures": [judge(RATE, runs)]}]})
        self.assertIn("| title | rate | 800 /s (800..800) | ≥ 4 × nats: 400 /s (400..400) | "
                      "2 (2..2) | yes |", page)
        self.assertIn("| k | store | rate 800 (800..800) | - | 1: lost |", page)
        self.assertIn("in: k. These figures are rough", page)


if __name__ == "__main__":
    unittest.main()
