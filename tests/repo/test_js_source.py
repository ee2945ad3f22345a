#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the JavaScript parser: small samples with known functions."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import cpp_rules  # noqa: E402
from js_source import Unreadable, functions  # noqa: E402
from test_repo_rules import broken  # noqa: E402


def measured(text):
    return [(f.name, f.lines) for f in functions(text)]


class JavaScript(unittest.TestCase):
    def test_functions_of_every_form_are_measured(self):
        for text, name in (("function f(a) {\n}\n", "f"), ("async function* f() {\n}\n", "f"),
                           ("const f = (a) => {\n};\n", "f"),
                           ("const f = async a => {\n};\n", "f"),
                           ("const o = { f(a) {\n} };\n", "f"),
                           ("const o = { f: () => {\n} };", "f"),
                           ("class a extends b(c) {\n  f() {\n  }\n}\n", "f"),
                           ("class a {\n  static async #f() {\n  }\n}\n", "#f"),
                           ("class a {\n  f = () => {\n  };\n}\n", "f"),
                           ("(function () {\n})();\n", "function"),
                           ("f(() => {\n});\n", "the callback of f")):
            self.assertEqual(measured(text), [(name, 2)], text)

    def test_parameters_count_and_nested_functions_count_once(self):
        self.assertEqual(measured("function f(a,\n  b) {\n  g(() => {\n  });\n}\n"), [("f", 5)])

    def test_blocks_and_classes_are_not_functions(self):
        for text in ("if (a) {\n}\n", "for await (const a of b()) {\n}\n", "switch (a) {\n}\n",
                     "try {\n} catch (e) {\n}\n", "class a extends b.c(d) {\n}\n",
                     "const a = {\n};\n"):
            self.assertEqual(measured(text), [], text)

    def test_the_callbacks_of_tests_are_measured_and_those_of_suites_are_not(self):
        text = 'describe("a", () => {\n  it("b", async () => {\n  });\n});\n'
        self.assertEqual(measured(text), [("the callback of it", 2)])
        self.assertEqual(measured('it.only("b", { timeout: 5 }, async (t) => {\n});\n'),
                         [("the callback of it", 2)])

    def test_an_arrow_without_braces_ends_with_its_expression(self):
        self.assertEqual(measured("const f = (a) =>\n  g(a,\n    b);\nh();\n"), [("f", 3)])
        self.assertEqual(measured("const f = () => a\nconst g = 1\n"), [("f", 1)])
        self.assertEqual(measured("const f = () => `\n\n`;\n"), [("f", 3)])
        self.assertEqual(measured("g((a) => (b) => {\n}, c);\n"), [("the callback of g", 2)])

    def test_brackets_in_literals_and_comments_do_not_count(self):
        for inside in ('"}"', "'}'", "`}`", "`${a ? `}` : {}.b}}`", "/}/", "/[/}]}/g.test(a)",
                       "1 // }\n", "/* } */ 1", '"\\"}"', "a ? /}/ : /\\/}/"):
            text = f"function f() {{ a({inside}); }}\nfunction g() {{}}\n"
            self.assertEqual([name for name, _ in measured(text)], ["f", "g"], inside)

    def test_a_slash_divides_or_starts_a_regex(self):
        for line in ("a = b / c; d = '}' / e;", "a = (b) / c; // }", "if (a) /}/.test(b);",
                     "return /}/;", "a++ / 2; '}';", "a[0] / 2; '}';", "{} /}/.test(a);"):
            text = f"function f() {{ {line}\n}}\nfunction g() {{}}\n"
            self.assertEqual(measured(text), [("f", 2), ("g", 1)], line)

    def test_brackets_that_do_not_match_are_a_violation(self):
        for text in ("function f() {\n", "f(]\n", "a = `\n", "}\n"):
            with self.assertRaises(Unreadable):
                functions(text)
        self.assertEqual(broken(cpp_rules.check_function_sizes, **{"tests/a.mjs": "\nf(]\n"}),
                         ["tests/a.mjs:2: the functions of this file cannot be measured"])

    def test_a_long_test_is_reported_at_its_first_line(self):
        long_test = '\nit("a", () => {\n' + "g();\n" * 69 + "});\n"
        self.assertEqual(broken(cpp_rules.check_function_sizes, **{"tests/a.test.mjs": long_test}),
                         ["tests/a.test.mjs:2: the callback of it has 71 lines, at most 70 may"])
        fitting = long_test.replace("g();\n", "", 1)
        self.assertEqual(broken(cpp_rules.check_function_sizes, **{"examples/a.js": fitting}), [])


if __name__ == "__main__":
    unittest.main()
