# SPDX-License-Identifier: Apache-2.0
"""Which layer and folder may include which, and which vendor's headers each layer may include."""
import os

import cpp_source
from repo_tree import LAYERS, Violation, layer_of

# Layer -> the layers it may include (itself always).
LAYERS_BELOW = {
    "config": set(),
    "net": {"config"},
    "cluster": {"config"},
    "actors": {"net", "cluster", "config"},
    "main": {"actors", "net", "cluster", "config"},
}
_OUTSIDE = {"tests", "bench", "examples", "deploy", "clients"}

# Layer -> its vendors, each with the number of files that may include it (None: any number).
VENDORS = {
    "config": {"std": None, "nlohmann_json": None, "spdlog": None, "prometheus": 1, "cli11": 1,
               "re2": 1},
    "net": {"std": None, "sockets": None, "asio": None, "beast": None, "openssl": None,
            "zlib": None, "simdjson": None, "nlohmann_json": None, "curl": None},
    "cluster": {"std": None, "nats": None, "asio": 1, "simdjson": 1, "sqlite3": 1},
    "actors": {"std": None, "caf": None, "asio": 1, "nlohmann_json": None, "simdjson": None,
               "boost_unordered": None, "boost_container": None},
}

# Folder of a layer -> the other folders of the layer that it may include.
FOLDERS_BELOW = {
    "config/base": set(),
    "config/telemetry": {"config/base"},
    "config/json_schema": {"config/base"},
    "config/schema": {"config/base", "config/telemetry"},
    "config/load": {"config/base", "config/json_schema", "config/schema"},
    "config/cli": {"config/base", "config/load", "config/schema", "config/telemetry"},

    "net/protocol/json": set(),
    "net/protocol": {"net/protocol/json"},
    "net/limits": set(),
    "net/http/client": set(),
    "net/auth": {"net/http/client", "net/protocol/json"},
    "net/transport": {"net/protocol"},
    "net/loop": {"net/transport"},
    "net/websocket": {"net/limits", "net/loop", "net/protocol", "net/protocol/json",
                      "net/transport"},
    "net/http/message": {"net/limits", "net/protocol/json"},
    "net/http/upgrade": {"net/auth", "net/http/message", "net/protocol", "net/protocol/json",
                         "net/transport", "net/websocket"},
    "net/http/admin_api": {"net/http/message", "net/protocol", "net/protocol/json"},
    "net/http": {"net/auth", "net/http/admin_api", "net/http/message", "net/http/upgrade",
                 "net/limits", "net/loop", "net/transport", "net/websocket"},

    "cluster": set(),
    "cluster/log": {"cluster"},
    "cluster/wire": {"cluster", "cluster/log"},
    "cluster/identity": {"cluster", "cluster/log", "cluster/wire"},
    "cluster/embedded": {"cluster", "cluster/log"},
    "cluster/nats": {"cluster", "cluster/identity", "cluster/links", "cluster/log"},
    "cluster/transfer": {"cluster", "cluster/embedded", "cluster/log", "cluster/wire"},
    "cluster/view": {"cluster", "cluster/log", "cluster/wire"},
    "cluster/links": {"cluster", "cluster/view", "cluster/wire"},

    "actors": set(),
    "actors/messages": set(),
    "actors/runtime": set(),
    "actors/rules": set(),
    "actors/room/presence": set(),
    "actors/shard": {"actors/messages", "actors/runtime"},
    "actors/room": {"actors/messages", "actors/room/presence", "actors/rules", "actors/runtime",
                    "actors/shard"},
    "actors/room/kinds": {"actors/room"},
    "actors/edge": {"actors/messages", "actors/rules", "actors/runtime"},
    "actors/fan_out": {"actors/edge", "actors/messages", "actors/runtime"},
    "actors/connection": {"actors/edge", "actors/fan_out", "actors/messages", "actors/rules",
                          "actors/runtime"},
    "actors/api": {"actors/connection", "actors/edge", "actors/messages", "actors/room",
                   "actors/rules", "actors/runtime"},
    "actors/node": {"actors/api", "actors/connection", "actors/edge", "actors/fan_out",
                    "actors/messages", "actors/room", "actors/room/kinds", "actors/rules",
                    "actors/runtime", "actors/shard"},
}
_NETWORK = {"asio", "beast", "sockets", "openssl"}
# Vendor -> the only folder that may include it.
VENDOR_FOLDERS = {"curl": "net/http/client", "nats": "cluster/nats", "sqlite3": "cluster/embedded"}
PURE_FOLDERS = {"net/protocol": _NETWORK, "net/protocol/json": _NETWORK}

_SOCKET_HEADERS = ("sys/socket.h", "sys/un.h", "sys/epoll.h", "sys/eventfd.h", "sys/uio.h",
                   "netinet/", "arpa/", "poll.h", "netdb.h", "linux/", "net/if.h", "ifaddrs.h")
_POSIX_HEADERS = {f"{name}.h" for name in (
    "dirent dlfcn fcntl fnmatch glob grp iconv langinfo libgen locale malloc pthread pwd sched "
    "semaphore signal spawn stdio stdlib string strings syslog termios time unistd utime").split()}
_VENDOR_PREFIXES = (
    ("nlohmann/", "nlohmann_json"), ("spdlog/", "spdlog"), ("fmt/", "spdlog"),
    ("prometheus/", "prometheus"), ("CLI/", "cli11"), ("boost/asio", "asio"),
    ("boost/system", "asio"), ("boost/beast", "beast"), ("boost/unordered", "boost_unordered"),
    ("boost/container", "boost_container"), ("openssl/", "openssl"), ("curl/", "curl"),
    ("zlib.h", "zlib"), ("simdjson", "simdjson"),
    ("caf/", "caf"), ("re2/", "re2"),
    ("nats.h", "nats"), ("nats/", "nats"), ("catch2/", "catch2"),
)


def vendor_of(header):
    for prefix, vendor in _VENDOR_PREFIXES:
        if header.startswith(prefix):
            return vendor
    if header.startswith(_SOCKET_HEADERS):
        return "sockets"
    if "/" not in header and "." not in header:
        return "std"
    is_system = header in _POSIX_HEADERS or header.startswith("sys/")
    return "std" if is_system else header.rsplit(".", 1)[0]


def includes(tree, path):
    return cpp_source.includes(tree.text(path))


def check_includes(tree):
    users = {}
    for path in tree.cpp():
        for include in includes(tree, path):
            problem = _form_problem(tree, include)
            if problem:
                yield Violation(path, include.line, problem)
            elif _is_own(tree, include):
                yield from _check_own(tree, path, include.line, include.header)
            elif layer_of(path) in VENDORS:
                vendor = vendor_of(include.header)
                yield from _check_vendor(path, include, vendor)
                users.setdefault((layer_of(path), vendor), {}).setdefault(path, include.line)
    yield from _check_vendor_counts(users)


def _form_problem(tree, include):
    header = include.header
    if not header:
        return "this include cannot be parsed: write only the header's name"
    if {"", ".", ".."} & set(header.split("/")):
        return f"{header} has an empty, . or .. step: write it as a path from the root"
    if not include.is_quoted and "/" in header and tree.has(header):
        return f'<{header}> is our own: write "{header}"'
    if _is_own(tree, include) and not header.endswith(".hpp"):
        return f'"{header}" is not a header: include only .hpp files'
    return None


def _is_own(tree, include):
    """A quoted name outside of the tree is a vendor's, unless its first folder is ours."""
    header = include.header
    folder = header.split("/", 1)[0]
    return include.is_quoted and (
        "/" not in header or folder in LAYERS_BELOW or folder in _OUTSIDE or tree.has(header))


def _check_own(tree, path, number, header):
    target = header.split("/", 1)[0] if "/" in header else None
    if target is None and not path.startswith(("bench/", "tests/", "examples/")):
        yield Violation(path, number, f'write "{header}" as a path from the root')
        return
    if target in LAYERS_BELOW and not tree.has(header):
        yield Violation(path, number, f'"{header}" does not exist')
    layer = layer_of(path)
    if layer is None and path.startswith("tests/"):
        layer = layer_of(path.split("/", 1)[1])  # tests/net/... may include the same as net/
        is_outside = target in ("bench", "examples")
    else:
        is_outside = target not in LAYERS_BELOW
    if layer is None:
        return
    if is_outside:
        yield Violation(path, number, f"{target}/ is outside of the layers: none may include it")
    elif target in LAYERS_BELOW and target != layer and target not in LAYERS_BELOW[layer]:
        yield Violation(path, number, f"{layer}/ may not include {target}/")
    yield from _check_folder(path, number, header)


def _check_folder(path, number, header):
    folder, target = os.path.dirname(path), os.path.dirname(header)
    if layer_of(path) not in LAYERS or layer_of(header) != layer_of(path) or folder == target:
        return
    if target not in FOLDERS_BELOW.get(folder, ()):
        yield Violation(path, number, f"{folder}/ may not include {target}/")


def check_folders(tree):
    """Each folder of a layer has its line in FOLDERS_BELOW."""
    folders = {os.path.dirname(path): path for path in reversed(tree.cpp(*LAYERS))}
    for folder, path in folders.items():
        if folder not in FOLDERS_BELOW:
            yield Violation(path, 1, f"FOLDERS_BELOW in tests/repo does not name {folder}/")


def check_unique_names(tree):
    """A header and its source stand in one folder, and no other source has their name."""
    folders = {}
    for path in tree.cpp():
        folder, name = os.path.split(os.path.splitext(path)[0])
        first = folders.setdefault(name, folder)
        if first != folder:
            yield Violation(path, 1, f"{first or '.'}/ has a {name} too: rename one of them")


def _check_vendor(path, include, vendor):
    layer = layer_of(path)
    if vendor not in VENDORS[layer]:
        shown = f'"{include.header}"' if include.is_quoted else f"<{include.header}>"
        yield Violation(path, include.line, f"{shown} ({vendor}) may not be included in {layer}/")
    elif os.path.dirname(path) != VENDOR_FOLDERS.get(vendor, os.path.dirname(path)):
        yield Violation(path, include.line, f"only {VENDOR_FOLDERS[vendor]}/ may include {vendor}")
    elif vendor in PURE_FOLDERS.get(os.path.dirname(path), ()):
        yield Violation(path, include.line, f"{os.path.dirname(path)}/ is pure: no {vendor} here")


def _check_vendor_counts(users):
    for (layer, vendor), files in sorted(users.items()):
        limit = VENDORS[layer].get(vendor)
        if limit is not None and len(files) > limit:
            for path, number in sorted(files.items()):
                yield Violation(path, number, f"{len(files)} files of {layer}/ include {vendor}, "
                                              f"at most {limit} may")
