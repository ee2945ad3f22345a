#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rule for decision records, over records of a few lines."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from adr_rules import check_adrs  # noqa: E402
from repo_tree import Tree  # noqa: E402

SECTIONS = "## Context\n\na\n\n## Decision\n\nb\n\n## Consequences\n\nc\n"
NEWER = "superseded by [0002](0002-later.md)"


def record(number, title, status="accepted", date="2026-11-21"):
    return f"# {number}. {title}\n\n- Date: {date}\n- Status: {status}\n\n{SECTIONS}"


def folder():
    return {"docs/adr/0001-first.md": record(1, "First", NEWER),
            "docs/adr/0002-later.md": record(2, "Later"),
            "docs/adr/README.md": "# Records\n\n"
                                  "| number | title | date | status |\n|---|---|---|---|\n"
                                  f"| [0001](0001-first.md) | First | 2026-11-21 | {NEWER} |\n"
                                  "| [0002](0002-later.md) | Later | 2026-11-21 | accepted |\n"}


def broken(files):
    return [str(v) for v in check_adrs(Tree("/nowhere", files))]


class DecisionRecords(unittest.TestCase):
    def changed(self, path, old, new):
        files = folder()
        self.assertIn(old, files[path])
        files[path] = files[path].replace(old, new)
        return broken(files)

    def test_with_number_date_status_and_row_break_no_rule(self):
        self.assertEqual(broken(folder()), [])
        amended = "accepted, amended by [0002](0002-later.md)"
        files = {path: text.replace(NEWER, amended) for path, text in folder().items()}
        self.assertEqual(broken(files), [])

    def test_have_no_gap_in_their_numbers(self):
        files = folder()
        files["docs/adr/0004-last.md"] = record(4, "Last")
        files["docs/adr/README.md"] += "| [0004](0004-last.md) | Last | 2026-11-21 | accepted |\n"
        self.assertEqual(broken(files),
                         ["docs/adr/0004-last.md:1: record 0003 is missing or exists twice"])

    def test_appear_in_the_index_with_title_date_and_status(self):
        row = "| [0002](0002-later.md) | Later | 2026-11-21 | accepted |\n"
        no_row = ["docs/adr/0002-later.md:1: "
                  "docs/adr/README.md has no row with its title, date and status"]
        self.assertEqual(self.changed("docs/adr/README.md", row, ""), no_row)
        for old, new in (("Later |", "Sooner |"), ("11-21 | accepted", "11-22 | accepted")):
            self.assertEqual(self.changed("docs/adr/README.md", old, new), no_row)

    def test_that_the_index_lists_exist(self):
        files = folder()
        files["docs/adr/README.md"] += "| [0003](0003-none.md) | None | 2026-11-21 | accepted |\n"
        self.assertEqual(broken(files), ["docs/adr/README.md:1: the index is not the list of "
                                         "records, in their order, each once"])

    def test_contain_their_date_status_and_sections(self):
        path = "docs/adr/0002-later.md"
        for old, new, said in (("- Date: 2026-11-21", "- Date: today", "- Date: YYYY-MM-DD"),
                               ("- Status: accepted", "- Status: perhaps", "- Status:"),
                               ("- Status: accepted", "- Status: superseded by 3", "- Status:"),
                               ("# 2. Later", "# Later", "# 2. Decision")):
            found = self.changed(path, old, new)
            self.assertTrue(any(said in sentence for sentence in found), found)
        self.assertEqual(self.changed(path, "## Decision", "## So"),
                         [f'{path}:1: a record has the heading "## Decision"'])

    def test_have_files_named_by_number_and_title(self):
        files = folder()
        files["docs/adr/0003_Other.md"] = record(3, "Other")
        self.assertEqual(broken(files), ["docs/adr/0003_Other.md:1: a record is called "
                                         "NNNN-title-in-lower-case.md"])


if __name__ == "__main__":
    unittest.main()
