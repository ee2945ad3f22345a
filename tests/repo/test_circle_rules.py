#!/usr/bin/env python3
"""Tests of the rule about circles of includes, over trees of a few lines."""
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))

import exceptions  # noqa: E402
from circle_rules import check_circles, circles  # noqa: E402
from repo_tree import Tree  # noqa: E402
from test_repo_rules import broken  # noqa: E402


def found(**files):
    return circles(Tree("/nowhere", files))


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

    def test_more_circles_than_the_exceptions_allow_are_violations(self):
        files = {"net/a.hpp": '#include "net/b.hpp"\n', "net/b.hpp": '#include "net/a.hpp"\n'}
        with mock.patch.object(exceptions, "CIRCLES_MAX", 0):
            self.assertEqual(broken(check_circles, **files), [
                "net/a.hpp:1: net/a, net/b include each other in a circle; at most 0 circles "
                "may remain"])
        with mock.patch.object(exceptions, "CIRCLES_MAX", 1):
            self.assertEqual(broken(check_circles, **files), [])


if __name__ == "__main__":
    unittest.main()
