# SPDX-License-Identifier: Apache-2.0
"""The medians, ratios, goals and text of the bench report."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from report import judge, reached_text, render  # noqa: E402
from rows import figure  # noqa: E402

RATE = figure("rate", "rate", "/s", "at_least", 0.75, 0.9, 0.95)


def runs(*values):
    return [{"error": "", "rate": value} for value in values]


class report_test(unittest.TestCase):
    def test_a_ratio_is_the_median_of_neighbouring_runs(self):
        judged = judge(RATE, runs(80, 160, 40), runs(100, 200, 40))
        self.assertEqual(judged["ratio"], (0.8, 0.8, 1.0))
        self.assertEqual(judged["roost"], (80, 40, 160))

    def test_the_furthest_goal_that_is_reached_is_named(self):
        for rate, reached in ((70, "**no**"), (80, "first"), (91, "then"), (96, "last")):
            self.assertEqual(reached_text(judge(RATE, runs(rate), runs(100))), reached)

    def test_a_latency_must_be_at_most_the_goal(self):
        latency = figure("rate", "p50", "µs", "at_most", 1.5, 1.2, 1.1)
        self.assertEqual(reached_text(judge(latency, runs(130), runs(100))), "first")
        self.assertEqual(reached_text(judge(latency, runs(160), runs(100))), "**no**")

    def test_an_absolute_goal_needs_no_baseline(self):
        memory = figure("rate", "RSS", "B", "below", 2600, 2100, 1500)
        self.assertEqual(reached_text(judge(memory, runs(2000), [])), "then")

    def test_a_failed_run_counts_in_no_median_and_breaks_only_its_pair(self):
        failed = [{"error": "lost", "rate": 1}]
        judged = judge(RATE, runs(80) + failed + runs(90), runs(100, 100, 100))
        self.assertEqual(judged["roost"], (85, 80, 90))
        self.assertEqual(judged["ratio"][1:], (0.8, 0.9))

    def test_a_spread_over_the_goal_is_marked(self):
        limit = runs(100, 100, 100)
        self.assertEqual(reached_text(judge(RATE, runs(70, 80, 80), limit)), "first?")
        self.assertEqual(reached_text(judge(RATE, runs(70, 70, 80), limit)), "**no**?")

    def test_without_a_run_of_roost_no_goal_is_judged(self):
        self.assertEqual(reached_text(judge(RATE, [], runs(100))), "-")

    def test_the_page_shows_every_row_and_the_failed_runs(self):
        failed = [{"error": "lost"}]
        page = render({"machine": {"cores": "2"}, "rows": [
            {"key": "k", "title": "title", "baseline": "raw", "runs": {"raw": runs(100),
             "roost": failed}, "figures": [judge(RATE, failed, runs(100))]}]})
        self.assertIn("- cores: 2", page)
        self.assertIn("| title | rate | raw: 100 /s (100..100) | - | - |", page)
        self.assertIn("1: lost", page)
        self.assertNotIn("rough", page)

    def test_a_busy_machine_is_named_on_the_page(self):
        noisy = [{"error": "", "rate": 1, "others_cpu_share": 0.4}]
        page = render({"machine": {}, "rows": [
            {"key": "k", "title": "title", "baseline": "raw", "runs": {"raw": noisy},
             "figures": []}]})
        self.assertIn("in: k. These figures are rough", page)


if __name__ == "__main__":
    unittest.main()
