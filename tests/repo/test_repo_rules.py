#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the rules: small trees with known violations."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import cpp_rules  # noqa: E402
import hash_rules  # noqa: E402
import text_rules  # noqa: E402
from cpp_source import blank_literals  # noqa: E402
from repo_tree import Tree  # noqa: E402


def broken(rule, **files):
    """The violations of a rule in a tree of {path: text}, as text."""
    return [str(v) for v in rule(Tree("/nowhere", files))]


class VendoredFiles(unittest.TestCase):
    def test_are_checked_by_no_rule(self):
        wide = "x" * (text_rules.COLUMNS_MAX + 1)
        self.assertEqual(broken(text_rules.check_columns, **{"a/vendor/b/c.js": wide}), [])
        self.assertEqual(broken(text_rules.check_columns, **{"vendor/c.js": wide}), [])
        self.assertEqual(len(broken(text_rules.check_columns, **{"a/vendors/c.js": wide})), 1)


class Hashes(unittest.TestCase):
    def check(self, line):
        return broken(hash_rules.check_hashes, **{"net/a.hpp": line})

    def test_a_table_with_names_as_keys_needs_the_keyed_hash(self):
        for line in ("std::unordered_map<std::string, int> a;",
                     "std::unordered_set<std::string> a;",
                     "boost::unordered_flat_map<std::string_view,\n std::list<int>::iterator> a;",
                     "std::unordered_map<Key, std::pair<int, int>> a;"):
            self.assertEqual(len(self.check(line)), 1, line)
        for line in ("std::unordered_map<std::string, int, keyed_hash> a;",
                     "boost::unordered_flat_set<attendee*, key_hash, key_equal> a;",
                     "std::unordered_map<topic, std::pair<int, int>> a;",
                     "std::unordered_map<std::uint64_t, int> a;", "// std::unordered_set<int>"):
            self.assertEqual(self.check(line), [], line)

    def test_no_code_calls_a_hash_without_a_key(self):
        self.assertEqual(len(self.check("return std::hash<topic>{}(where) % size;")), 1)
        self.assertEqual(len(self.check("boost::hash<std::string> a;")), 1)
        self.assertEqual(self.check("return keyed_hash{}(where.name) % size;"), [])
        ids = {"config/base/ids.hpp": "template <>\nstruct std::hash<roost::topic> {"}
        self.assertEqual(broken(hash_rules.check_hashes, **ids), [])


class Sources(unittest.TestCase):
    def test_blanking_keeps_lines_and_length(self):
        text = '// a\nauto b = "c\\"d"; /* e\nf */ R"(g\nh)"'
        blanked = blank_literals(text)
        self.assertEqual(len(blanked), len(text))
        self.assertEqual(blanked.count("\n"), text.count("\n"))
        self.assertNotIn("g", blanked)
        self.assertEqual(blank_literals("int a = 10'000'000;"), "int a = 10'000'000;")

    def test_a_long_function_is_reported_at_its_first_line(self):
        long_function = "\ndef f():\n" + "    g()\n" * 70
        self.assertEqual(broken(cpp_rules.check_function_sizes, **{"tests/a.py": long_function}),
                         ["tests/a.py:2: f has 71 lines, at most 70 may"])
        fitting = long_function.replace("    g()\n", "", 1)
        self.assertEqual(broken(cpp_rules.check_function_sizes, **{"tests/a.py": fitting}), [])

    def test_a_source_needs_a_line_in_cmake_and_a_test(self):
        files = {"net/http/CMakeLists.txt": "roost_library(n a.cpp ../c/d.cpp ../xb.cpp # b.cpp)",
                 "net/http/a.cpp": "", "net/b.cpp": "", "tests/net/b_test.cpp": "",
                 "net/c/d.cpp": "", "tests/net/c/d_test.cpp": "",
                 "tests/CMakeLists.txt": "x(${CMAKE_SOURCE_DIR}/tests/net/c/d_test.cpp)"}
        self.assertEqual(broken(cpp_rules.check_built, **files),
                         ["net/b.cpp:1: no CMakeLists.txt names it",
                          "tests/net/b_test.cpp:1: no CMakeLists.txt names it"])
        self.assertEqual(broken(cpp_rules.check_tested, **files),
                         ["net/http/a.cpp:1: it has no test: tests/net/http/a_test.cpp is missing"])

    def test_names_of_settings_end_in_their_unit(self):
        text = ("std::uint32_t idle_ms = 1;\nstd::uint32_t timeout = 2;\n"
                "double send_interval = 1;\nstd::string window;\nunsigned queue_size_bytes = 0;\n")
        found = broken(cpp_rules.check_setting_names, **{"config/schema/settings.hpp": text})
        self.assertEqual([s.split(" ")[0:2] for s in found],
                         [["config/schema/settings.hpp:2:", "timeout"],
                          ["config/schema/settings.hpp:3:", "send_interval"]])

    def test_metric_names_belong_into_one_folder(self):
        text = 'add("roost_sends_total");  // "roost_x"\n'
        self.assertEqual(len(broken(cpp_rules.check_metric_names, **{"net/a.cpp": text})), 1)
        self.assertEqual(broken(cpp_rules.check_metric_names,
                                **{"config/telemetry/a.cpp": text}), [])

    def test_a_skipped_test_needs_a_reason(self):
        hidden = 'TEST_CASE("a", "[.][slow]") {}\n'
        self.assertEqual(len(broken(cpp_rules.check_skipped_tests, **{"tests/a.cpp": hidden})), 1)
        with_reason = "// skipped: needs a nats-server\n" + hidden
        files = {"tests/a.cpp": with_reason}
        self.assertEqual(broken(cpp_rules.check_skipped_tests, **files), [])

    def test_no_source_evades_the_rules_by_its_suffix(self):
        files = {"net/a.h": "", "net/http/b.ipp": "", "cluster/c.cc": "", "actors/d.CPP": "",
                 "config/e.inc": "", "net/f.cpp": "", "bench/baseline/g.h": "", "net/h.md": ""}
        found = broken(cpp_rules.check_suffixes, **files)
        self.assertEqual([sentence.split(" escapes")[0] for sentence in found],
                         ["actors/d.CPP:1: .CPP", "cluster/c.cc:1: .cc", "config/e.inc:1: .inc",
                          "net/a.h:1: .h", "net/http/b.ipp:1: .ipp"])


class Texts(unittest.TestCase):
    def test_a_page_has_one_title(self):
        self.assertEqual(broken(text_rules.check_titles, **{"a.md": "# A\n```\n# no\n```\n"}), [])
        self.assertEqual(broken(text_rules.check_titles, **{"a.md": "# A\n\n# B\n"}),
                         ["a.md:3: 2 titles; a page has one"])

    def test_link_targets_exist(self):
        page = ("# A b\n[x](b.md) [y](docs/b.md#some-part) [z](#a-b)\n"
                "[w](https://example.com) `[code](no.md)` [v](docs/b.md#none)\n")
        self.assertEqual(broken(text_rules.check_links,
                                **{"a.md": page, "docs/b.md": "# B\n## Some part\n"}),
                         ["a.md:2: the target of the link b.md does not exist",
                          "a.md:3: the link docs/b.md#none names no heading of docs/b.md"])

    def test_pages_that_code_cites_exist(self):
        code = ('// As docs/b.md, "Some part" says.\n/// See rooms.md.\n'
                'open("c.md");  // see README.md\nint x;  // (docs/b.md, "No part")\n')
        files = {"net/a.cpp": code, "net/README.md": "", "docs/b.md": "# B\n## Some part\n"}
        self.assertEqual(broken(text_rules.check_citations, **files),
                         ["net/a.cpp:2: it cites rooms.md, which does not exist",
                          'net/a.cpp:4: it cites docs/b.md, which has no "No part"'])

    def test_commands_in_pages_exist(self):
        page = "# A\nmake sure; `make run` or\n```\nJOBS=2 make tst  # make no\nmake V=1 run\n```\n"
        self.assertEqual(broken(text_rules.check_commands,
                                **{"a.md": page, "Makefile": ".PHONY: x\nrun test: deps\n\tx\n"}),
                         ["a.md:4: the Makefile has no target tst"])

    def test_quoted_files_are_quoted_exactly(self):
        page = "```cpp a.hpp\nint a;\n```\n\n```cpp\nint b;\n```\n"
        self.assertEqual(broken(text_rules.check_quotes, **{
            "p.md": page, "a.hpp": "// licence\nint a;\n"}), [])
        self.assertEqual(broken(text_rules.check_quotes, **{
            "p.md": "x\n" + page, "a.hpp": "// licence\nint c;\n"}),
            ["p.md:2: it quotes a.hpp, which has other text"])
        self.assertEqual(broken(text_rules.check_quotes, **{"p.md": page}),
                         ["p.md:1: it quotes a.hpp, which does not exist"])

    def test_columns_words_and_names(self):
        wide = {"a.cpp": "x" * 101, "a.md": "x" * 101}
        self.assertEqual(broken(text_rules.check_columns, **wide),
                         ["a.cpp:1: 101 columns, at most 100"])
        word = "TO" + "DO"
        self.assertEqual(len(broken(text_rules.check_words, **{"a.sh": f"# {word}: x\n"})), 1)
        self.assertEqual(broken(text_rules.check_words, **{"a.sh": "# " + word.lower()}), [])
        self.assertEqual(len(broken(text_rules.check_words,
                                    **{"a.cpp": "namespace roost::util {\n"})), 1)
        self.assertEqual(len(broken(text_rules.check_names, **{"net/common/a.cpp": ""})), 1)


if __name__ == "__main__":
    unittest.main()
