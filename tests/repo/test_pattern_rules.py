#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the rule about path patterns, over trees of a few lines."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from pattern_rules import check_patterns  # noqa: E402
from test_repo_rules import broken  # noqa: E402

FILES = {"Makefile": "", "docs/a.md": "", "tests/golden/x/y.txt": "", "x/vendor/z.js": ""}


def broken_attributes(text):
    return broken(check_patterns, **FILES, **{".gitattributes": text})


def broken_sections(text):
    return broken(check_patterns, **FILES, **{".editorconfig": text})


class PathPatterns(unittest.TestCase):
    def test_that_match_a_file_break_no_rule(self):
        patterns = ("*", "*.md", "Makefile", "y.txt", "docs/a.md", "/docs/a.md", "docs/*.md",
                    "tests/golden/**", "docs/?.md", "x/vendor/**")
        for pattern in patterns:
            self.assertEqual(broken_attributes(f"# c\n\n{pattern} text\n"), [], pattern)
            self.assertEqual(broken_sections(f"root = true\n\n[{pattern}]\na = b\n"), [], pattern)

    def test_that_match_no_file_are_violations(self):
        for pattern in ("*.gz", "b.md", "golden/**", "tests/*.txt", "docs/a", "a.mdx", "aXmd"):
            self.assertEqual(broken_attributes(f"* text\n{pattern} binary\n"),
                             [f".gitattributes:2: {pattern} matches no file"])
            self.assertEqual(broken_sections(f"[*]\na = b\n[{pattern}]\n"),
                             [f".editorconfig:3: {pattern} matches no file"])

    def test_in_braces_must_each_match(self):
        self.assertEqual(broken_sections("[*.{md,js}]\n[{docs/**,Makefile}]\n"), [])
        self.assertEqual(broken_sections("[*.{md,py}]\n[{docs/**,old/{a,b}/**}]\n"),
                         [".editorconfig:1: *.py matches no file",
                          ".editorconfig:2: old/a/** matches no file",
                          ".editorconfig:2: old/b/** matches no file"])

    def test_may_be_missing(self):
        self.assertEqual(broken(check_patterns, **FILES), [])


if __name__ == "__main__":
    unittest.main()
