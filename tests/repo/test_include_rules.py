#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the include rules, over trees of a few lines."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cpp_source import includes  # noqa: E402
from include_rules import (  # noqa: E402
    check_folders, check_includes, check_unique_names, vendor_of)
from test_repo_rules import broken  # noqa: E402


def read(text):
    return [(i.line, i.is_quoted, i.header) for i in includes(text)]


def in_cluster(text):
    return broken(check_includes, **{"cluster/a.hpp": text, "actors/b.hpp": "", "docs/c.hpp": ""})


CAF = "<caf/all.hpp> (caf) may not be included in cluster/"


class Includes(unittest.TestCase):
    def test_vendors_are_distinguished(self):
        for header, vendor in (("vector", "std"), ("unistd.h", "std"), ("sys/resource.h", "std"),
                               ("sys/socket.h", "sockets"), ("boost/asio/ip/tcp.hpp", "asio"),
                               ("boost/unordered/unordered_flat_map.hpp", "boost_unordered"),
                               ("boost/spirit.hpp", "boost/spirit"), ("zlib.h", "zlib")):
            self.assertEqual(vendor_of(header), vendor)

    def test_includes_go_one_way(self):
        files = {"actors/a.hpp": "", "net/b.hpp": '#include "actors/a.hpp"\n',
                 "cluster/c.hpp": '#include "net/b.hpp"\n', "actors/d.cpp": '#include "net/b.hpp"'}
        self.assertEqual(broken(check_includes, **files),
                         ["cluster/c.hpp:1: cluster/ may not include net/",
                          "net/b.hpp:1: net/ may not include actors/"])

    def test_the_tests_of_a_layer_may_include_the_same_as_the_layer(self):
        files = {"actors/a.hpp": "", "tests/net/b_test.cpp": '#include "actors/a.hpp"\n',
                 "tests/actors/c_test.cpp": '#include "tests/fixtures/catch.hpp"\n'}
        self.assertEqual(broken(check_includes, **files),
                         ["tests/net/b_test.cpp:1: net/ may not include actors/"])

    def test_the_protocol_may_include_no_transport_and_no_sockets(self):
        files = {"net/http/a.hpp": "", "net/protocol/b.cpp":
                 '#include "net/http/a.hpp"\n#include <boost/asio.hpp>\n#include <simdjson.h>\n'}
        self.assertEqual(broken(check_includes, **files),
                         ["net/protocol/b.cpp:1: net/protocol/ may not include net/http/",
                          "net/protocol/b.cpp:2: net/protocol/ is pure: no asio here"])

    def test_vendors_stay_in_their_folders_and_counts(self):
        files = {"net/a.cpp": "#include <caf/all.hpp>\n", "config/b.cpp": "#include <CLI/CLI.hpp>",
                 "config/c.cpp": "\n#include <CLI/App.hpp>\n", "main.cpp": "#include <caf/all.hpp>"}
        self.assertEqual(broken(check_includes, **files),
                         ["net/a.cpp:1: <caf/all.hpp> (caf) may not be included in net/",
                          "config/b.cpp:1: 2 files of config/ include cli11, at most 1 may",
                          "config/c.cpp:2: 2 files of config/ include cli11, at most 1 may"])

    def test_libcurl_is_included_only_by_the_http_client(self):
        files = {"net/http/client/a.cpp": "#include <curl/curl.h>\n",
                 "net/http/b.cpp": "#include <curl/curl.h>\n"}
        self.assertEqual(broken(check_includes, **files),
                         ["net/http/b.cpp:1: only net/http/client/ may include curl"])

    def test_no_layer_includes_a_folder_outside_of_the_layers(self):
        self.assertEqual(broken(check_includes, **{"net/a.cpp": '#include "tests/b.hpp"\n'}),
                         ["net/a.cpp:1: tests/ is outside of the layers: none may include it"])

    def test_a_vendor_in_quotes_is_a_vendor(self):
        self.assertEqual(in_cluster('#include "caf/all.hpp"\n#include "boost/beast.hpp"\n'),
                         ['cluster/a.hpp:1: "caf/all.hpp" (caf) may not be included in cluster/',
                          'cluster/a.hpp:2: "boost/beast.hpp" (beast) may not be included in '
                          'cluster/'])
        pure = {"net/protocol/a.hpp": '#include "boost/asio.hpp"\n'}
        self.assertEqual(broken(check_includes, **pure),
                         ["net/protocol/a.hpp:1: net/protocol/ is pure: no asio here"])
        both = {"config/a.cpp": "#include <CLI/CLI.hpp>", "config/b.cpp": '#include "CLI/App.hpp"'}
        self.assertEqual(len(broken(check_includes, **both)), 2)

    def test_an_include_is_a_path_from_the_root(self):
        for header in ("../actors/b.hpp", "./a.hpp", "cluster/../actors/b.hpp",
                       "actors//b.hpp", "/usr/include/caf/all.hpp"):
            for form in (f'"{header}"', f"<{header}>"):
                self.assertEqual(len(in_cluster(f"#include {form}\n")), 1, form)
        test = {"net/a.hpp": "", "tests/net/b_test.cpp": '#include "../../net/a.hpp"\n'}
        self.assertEqual(len(broken(check_includes, **test)), 1)

    def test_our_own_headers_are_included_in_quotes_and_from_a_layer(self):
        test = {"actors/a.hpp": "", "tests/net/b_test.cpp": "#include <actors/a.hpp>\n"}
        self.assertEqual(broken(check_includes, **test), [
            'tests/net/b_test.cpp:1: <actors/a.hpp> is our own: write "actors/a.hpp"'])
        table = {"net/a.txt": "", "net/b.cpp": '#include "net/a.txt"\n'}
        self.assertEqual(broken(check_includes, **table),
                         ['net/b.cpp:1: "net/a.txt" is not a header: include only .hpp files'])
        self.assertEqual(in_cluster('#include "docs/c.hpp"\n'), [
            "cluster/a.hpp:1: docs/ is outside of the layers: none may include it"])

    def test_not_every_name_with_h_is_a_system_header(self):
        self.assertEqual(in_cluster("#include <unistd.h>\n#include <sys/stat.h>\n"), [])
        self.assertEqual(in_cluster("#include <uv.h>\n"),
                         ["cluster/a.hpp:1: <uv.h> (uv) may not be included in cluster/"])


class Folders(unittest.TestCase):
    def test_floors_go_one_way(self):
        files = {"actors/messages/a.hpp": "", "actors/rules/b.hpp": "", "actors/room/c.hpp": "",
                 "actors/edge/d.hpp": '#include "actors/room/c.hpp"\n'
                                      '#include "actors/rules/b.hpp"\n',
                 "actors/node/e.cpp": '#include "actors/edge/d.hpp"\n',
                 "actors/rules/f.cpp": '\n#include "actors/edge/d.hpp"\n',
                 "config/base/g.hpp": '#include "config/schema/h.hpp"\n',
                 "config/schema/h.hpp": '#include "config/base/g.hpp"\n'}
        self.assertEqual(broken(check_includes, **files),
                         ["actors/edge/d.hpp:1: actors/edge/ may not include actors/room/",
                          "actors/rules/f.cpp:2: actors/rules/ may not include actors/edge/",
                          "config/base/g.hpp:1: config/base/ may not include config/schema/"])

    def test_a_folder_includes_one_inside_it_only_where_that_is_below(self):
        files = {"actors/room/kinds/a.hpp": "", "actors/room/presence/b.hpp": "",
                 "actors/room/c.hpp": '#include "actors/room/presence/b.hpp"\n'
                                      '#include "actors/room/kinds/a.hpp"\n'}
        self.assertEqual(broken(check_includes, **files),
                         ["actors/room/c.hpp:2: actors/room/ may not include actors/room/kinds/"])

    def test_tests_may_include_any_folder_of_their_layer(self):
        files = {"actors/room/a.hpp": "",
                 "tests/actors/edge/b_test.cpp": '#include "actors/room/a.hpp"\n'}
        self.assertEqual(broken(check_includes, **files), [])

    def test_a_new_folder_says_what_it_may_include(self):
        files = {"net/sse/a.hpp": "", "net/sse/b.hpp": "", "net/http/c.hpp": "", "main.cpp": ""}
        self.assertEqual(broken(check_folders, **files),
                         ["net/sse/a.hpp:1: FOLDERS_BELOW in tests/repo does not name net/sse/"])

    def test_names_are_for_one_thing(self):
        files = {"config/load/reload.hpp": "", "config/load/reload.cpp": "",
                 "actors/node/reload.hpp": "", "bench/baseline/reload.c": ""}
        self.assertEqual(broken(check_unique_names, **files),
                         ["config/load/reload.cpp:1: actors/node/ has a reload too: rename one of "
                          "them",
                          "config/load/reload.hpp:1: actors/node/ has a reload too: rename one of "
                          "them"])


class Reading(unittest.TestCase):
    def test_comments_in_a_directive_hide_no_include(self):
        for text in ("/**/#include <caf/all.hpp>\n",
                     "/* a */ # /* b */ include <caf/all.hpp>  // c",
                     "#/*\n*/include/*\n*/<caf/all.hpp>\n"):
            self.assertEqual(in_cluster(text), ["cluster/a.hpp:1: " + CAF], text)
        self.assertEqual(in_cluster("/*\n\n*/ #include <caf/all.hpp>\n"),
                         ["cluster/a.hpp:3: " + CAF])

    def test_joined_lines_are_parsed_as_one(self):
        for text in ("#include \\\n<caf/all.hpp>\n", "#\\\ninc\\ \nlude <caf/all.hpp>\n"):
            self.assertEqual(in_cluster(text), ["cluster/a.hpp:1: " + CAF], text)
        self.assertEqual(in_cluster("int a;  // b \\\n#include <caf/all.hpp>\n"), [])
        self.assertEqual(in_cluster("#define A \\\n  1\n#include <caf/all.hpp>\n"),
                         ["cluster/a.hpp:3: " + CAF])

    def test_every_directive_that_includes_is_found(self):
        for word in ("# include", "#include_next", "#import", "%:include", "import",
                     "export import"):
            self.assertEqual(in_cluster(f"{word} <caf/all.hpp>\n"),
                             ["cluster/a.hpp:1: " + CAF], word)
        self.assertEqual(read("#include<a>\nimport <b>;\n"), [(1, False, "a"), (2, False, "b")])

    def test_an_include_that_cannot_be_parsed_is_a_violation(self):
        for text in ("#define H <caf/all.hpp>\n#include H\n", "\n#include <caf//all.hpp>\n",
                     "\nimport caf;\n"):
            sentence = "this include cannot be parsed: write only the header's name"
            self.assertEqual(in_cluster(text), [f"cluster/a.hpp:2: {sentence}"], text)

    def test_strings_and_comments_include_nothing(self):
        for text in ("// #include <a>\n", "/*\n#include <a>\n*/", 'f("#include <a>");\n',
                     'auto a = R"x(\n#include <a>\n)x";\n', "#if __has_include(<a>)\n#endif\n",
                     "#pragma once\n#error include <a>\n", "important(a);\n"):
            self.assertEqual(read(text), [], text)

    def test_strings_do_not_hide_the_includes_after_them(self):
        for text in ('auto a = "/*";\n', "char a = '\"';\n", 'auto a = "\\"/*";\n',
                     "auto a = '/*';\n", "auto a = 10'000;\n", 'auto a = R"(/*)";\n',
                     'auto a = XR"(";\n', "#error it's\n", "// it's \"\n"):
            found = read(text + '#include <b>\nauto c = ")";\n')
            self.assertEqual([header for _, _, header in found], ["b"], text)


if __name__ == "__main__":
    unittest.main()
