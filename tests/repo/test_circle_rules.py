#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the rule about circles of includes, over trees of a few lines."""
import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from circle_rules import check_circles, circles  # noqa: E402
from repo_tree import Tree  # noqa: E402
from test_repo_rules import broken  # noqa: E402


def found(part_of=lambda path: os.path.splitext(path)[0], **files):
    return circles(Tree("/nowhere", files), part_of)


class Circles(unittest.TestCase):
    def test_includes_in_one_direction_are_no_circle(self):
        self.assertEqual(found(**{"net/a.hpp": "", "net/a.cpp": '#include "net/a.hpp"\n',
                                  "net/b.hpp": '#include "net/a.hpp"\n'}), [])

    def test_two_sources_that_include_each_others_headers_are_a_circle(self):
        files = {"net/a.hpp": "", "net/a.cpp": '#include "net/b.hpp"\n',
                 "net/b.hpp": "", "net/b.cpp": '#include "net/a.hpp"\n'}
        self.assertEqual(found(**files), [("net/a", "net/b")])

    def test_a_circle_may_have_more_members_and_a_component_may_only_lead_to_it(self):
        files = {"net/a.hpp": '#include "net/b.hpp"\n', "net/b.hpp": '#include "net/c.hpp"\n',
                 "net/c.hpp": '#include "net/a.hpp"\n', "net/d.hpp": '#include "net/a.hpp"\n'}
        self.assertEqual(found(**files), [("net/a", "net/b", "net/c")])

    def test_c_files_that_include_beside_them_are_checked(self):
        files = {"bench/x/a.h": "", "bench/x/a.c": '#include "b.h"\n',
                 "bench/x/b.h": '#include "a.h"\n'}
        self.assertEqual(found(**files), [("bench/x/a", "bench/x/b")])

    def test_folders_that_include_each_other_are_a_circle(self):
        files = {"tests/a/b.hpp": '#include "tests/c/d.hpp"\n', "tests/a/e.hpp": "",
                 "tests/c/d.hpp": "", "tests/c/f.cpp": '#include "tests/a/e.hpp"\n'}
        self.assertEqual(found(**files), [])
        self.assertEqual(found(os.path.dirname, **files), [("tests/a", "tests/c")])

    def test_each_circle_is_a_violation(self):
        files = {"net/a.hpp": '#include "net/b.hpp"\n', "net/b.hpp": '#include "net/a.hpp"\n'}
        self.assertEqual(broken(check_circles, **files),
                         ["net/a.hpp:1: net/a, net/b include each other in a circle"])
        files = {"tests/a/b.hpp": '#include "tests/c/d.hpp"\n', "tests/a/e.hpp": "",
                 "tests/c/d.hpp": "", "tests/c/f.cpp": '#include "tests/a/e.hpp"\n'}
        self.assertEqual(broken(check_circles, **files),
                         ["tests/a/b.hpp:1: tests/a, tests/c include each other in a circle"])


if __name__ == "__main__":
    unittest.main()
