#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the rule about licence lines, over trees of a few lines."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from license_rules import LICENSE_LINE, check_licenses  # noqa: E402
from test_repo_rules import broken  # noqa: E402


class Licenses(unittest.TestCase):
    def test_every_kind_of_source_starts_with_the_line(self):
        for path, comment in (("net/a.cpp", "//"), ("net/a.hpp", "//"), ("bench/a.c", "//"),
                              ("tests/a.test.mjs", "//"), ("clients/a.d.ts", "//"),
                              ("bench/a.py", "#"), ("deploy/a.cmake", "#"), ("tests/a.sh", "#"),
                              ("net/CMakeLists.txt", "#"), ("Makefile", "#"),
                              ("deploy/Dockerfile", "#")):
            line = f"{comment} {LICENSE_LINE}"
            self.assertEqual(broken(check_licenses, **{path: f"{line}\nx\n"}), [], path)
            for text in ("", "x\n", f"\n{line}\n", f"{line} \n", f"{line}-Clause\n"):
                self.assertEqual(broken(check_licenses, **{path: text}),
                                 [f'{path}:1: this line must be "{line}"'], path)

    def test_the_line_follows_a_shebang(self):
        for path in ("deploy/build", "tests/a.py"):
            text = f"#!/usr/bin/env x\n# {LICENSE_LINE}\n"
            self.assertEqual(broken(check_licenses, **{path: text}), [])
            without = broken(check_licenses, **{path: "#!/usr/bin/env x\nx\n"})
            self.assertEqual(without, [f'{path}:2: this line must be "# {LICENSE_LINE}"'])

    def test_pages_data_and_vendored_files_need_no_line(self):
        files = {"a.md": "", "a.json": "", "LICENSE": "x\n", "a.css": "", "x/vendor/a.js": "x\n"}
        self.assertEqual(broken(check_licenses, **files), [])


if __name__ == "__main__":
    unittest.main()
