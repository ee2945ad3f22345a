"""Who may include whom, and which vendor lives in which folder."""
import re

from repo_tree import Violation, layer_of

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# Layer -> the layers it may include (itself always).
LAYERS_BELOW = {
    "config": set(),
    "net": {"config"},
    "cluster": {"config"},
    "actors": {"net", "cluster", "config"},
    "main": {"actors", "net", "cluster", "config"},
}

# Layer -> its vendors, with the number of files that may include them where there is a limit.
VENDORS = {
    "config": {"std": None, "nlohmann_json": None, "spdlog": None, "prometheus": 1, "cli11": 1,
               "valijson": 1, "boost_regex": 1},
    "net": {"std": None, "sockets": None, "asio": None, "beast": None, "openssl": None,
            "zlib": None, "simdjson": None, "nlohmann_json": None},
    "cluster": {"std": None, "nats": None, "asio": 1},
    "actors": {"std": None, "caf": None, "asio": 1, "nlohmann_json": None, "simdjson": None,
               "boost_unordered": None},
}

# Inside net/: a folder may include only these (the files in net/ itself count as "net").
NET_FOLDERS = {
    "net/protocol": {"net/protocol"},
    "net/auth": {"net/auth", "net/protocol"},
    "net/limits": {"net/limits"},
    "net": {"net", "net/protocol", "net/transport"},
    "net/transport": {"net", "net/protocol", "net/transport"},
    "net/websocket": {"net", "net/limits", "net/protocol", "net/transport", "net/websocket"},
    "net/http": {"net", "net/auth", "net/http", "net/limits", "net/protocol", "net/transport",
                 "net/websocket"},
}
PURE_FOLDERS = {"net/protocol": {"asio", "beast", "sockets", "openssl"}}

_SOCKET_HEADERS = ("sys/socket.h", "sys/un.h", "sys/epoll.h", "sys/eventfd.h", "sys/uio.h",
                   "netinet/", "arpa/", "poll.h", "netdb.h", "linux/", "net/if.h", "ifaddrs.h")
_POSIX_HEADER = re.compile(r"^(?:sys/)?[a-z0-9_]+\.h$")
_VENDOR_PREFIXES = (
    ("nlohmann/", "nlohmann_json"), ("spdlog/", "spdlog"), ("fmt/", "spdlog"),
    ("prometheus/", "prometheus"), ("CLI/", "cli11"), ("boost/asio", "asio"),
    ("boost/system", "asio"), ("boost/beast", "beast"), ("boost/unordered", "boost_unordered"),
    ("openssl/", "openssl"), ("zlib.h", "zlib"), ("simdjson", "simdjson"), ("caf/", "caf"),
    ("valijson/", "valijson"), ("boost/regex", "boost_regex"),
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
    return "std" if _POSIX_HEADER.match(header) else header.rsplit(".", 1)[0]


def includes(tree, path):
    """(line, is_quoted, header) of every include."""
    for number, line in enumerate(tree.lines(path), 1):
        found = _INCLUDE.match(line)
        if found:
            yield number, found.group(1) == '"', found.group(2)


def check_includes(tree):
    users = {}
    for path in tree.cpp():
        for number, is_quoted, header in includes(tree, path):
            if is_quoted:
                yield from _check_own(tree, path, number, header)
            elif layer_of(path) in VENDORS:
                vendor = vendor_of(header)
                yield from _check_vendor(path, number, header, vendor)
                users.setdefault((layer_of(path), vendor), {}).setdefault(path, number)
    yield from _check_vendor_counts(users)


def _check_own(tree, path, number, header):
    target = header.split("/", 1)[0] if "/" in header else None
    if target is None and not path.startswith(("bench/", "tests/", "examples/")):
        yield Violation(path, number, f'write "{header}" as a path from the root')
        return
    if target in LAYERS_BELOW and not tree.has(header):
        yield Violation(path, number, f'"{header}" does not exist')
    layer = layer_of(path)
    if layer is None and path.startswith("tests/"):
        layer = layer_of(path.split("/", 1)[1])  # tests/net/... may include what net/ may
        outside = {"bench", "examples"}
    else:
        outside = {"tests", "bench", "examples", "deploy", "clients"}
    if layer is None:
        return
    if target in outside:
        yield Violation(path, number, f"{target}/ hangs on the outside: nothing includes it")
    elif target in LAYERS_BELOW and target != layer and target not in LAYERS_BELOW[layer]:
        yield Violation(path, number, f"{layer}/ may not include {target}/")
    yield from _check_net_folder(path, number, header)


def _check_net_folder(path, number, header):
    folder, target = _net_folder(path), _net_folder(header)
    if folder in NET_FOLDERS and target and target not in NET_FOLDERS[folder]:
        yield Violation(path, number, f"{folder}/ may not include {target}/")


def _net_folder(path):
    parts = path.split("/")[:-1]
    return "/".join(parts[:2]) if parts and parts[0] == "net" else None


def _check_vendor(path, number, header, vendor):
    layer = layer_of(path)
    if vendor not in VENDORS[layer]:
        yield Violation(path, number, f"<{header}> ({vendor}) has no place in {layer}/")
    elif vendor in PURE_FOLDERS.get(_net_folder(path), ()):
        yield Violation(path, number, f"{_net_folder(path)}/ is pure: no {vendor} here")


def _check_vendor_counts(users):
    for (layer, vendor), files in sorted(users.items()):
        limit = VENDORS[layer].get(vendor)
        if limit is not None and len(files) > limit:
            for path, number in sorted(files.items()):
                yield Violation(path, number, f"{len(files)} files of {layer}/ include {vendor}, "
                                              f"at most {limit} may")
