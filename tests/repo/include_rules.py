"""Which layer may include which, and which vendor's headers each layer may include."""
import cpp_source
from repo_tree import Violation, layer_of

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
            "zlib": None, "simdjson": None, "nlohmann_json": None},
    "cluster": {"std": None, "nats": None, "asio": 1},
    "actors": {"std": None, "caf": None, "asio": 1, "nlohmann_json": None, "simdjson": None,
               "boost_unordered": None},
}

# Folder in net/ -> the folders of net/ that it may include; files directly in net/ are "net".
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
_POSIX_HEADERS = {f"{name}.h" for name in (
    "dirent dlfcn fcntl fnmatch glob grp iconv langinfo libgen locale malloc pthread pwd sched "
    "semaphore signal spawn stdio stdlib string strings syslog termios time unistd utime").split()}
_VENDOR_PREFIXES = (
    ("nlohmann/", "nlohmann_json"), ("spdlog/", "spdlog"), ("fmt/", "spdlog"),
    ("prometheus/", "prometheus"), ("CLI/", "cli11"), ("boost/asio", "asio"),
    ("boost/system", "asio"), ("boost/beast", "beast"), ("boost/unordered", "boost_unordered"),
    ("openssl/", "openssl"), ("zlib.h", "zlib"), ("simdjson", "simdjson"), ("caf/", "caf"),
    ("re2/", "re2"),
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
    yield from _check_net_folder(path, number, header)


def _check_net_folder(path, number, header):
    folder, target = _net_folder(path), _net_folder(header)
    if folder in NET_FOLDERS and target and target not in NET_FOLDERS[folder]:
        yield Violation(path, number, f"{folder}/ may not include {target}/")


def _net_folder(path):
    parts = path.split("/")[:-1]
    return "/".join(parts[:2]) if parts and parts[0] == "net" else None


def _check_vendor(path, include, vendor):
    layer = layer_of(path)
    if vendor not in VENDORS[layer]:
        shown = f'"{include.header}"' if include.is_quoted else f"<{include.header}>"
        yield Violation(path, include.line, f"{shown} ({vendor}) may not be included in {layer}/")
    elif vendor in PURE_FOLDERS.get(_net_folder(path), ()):
        yield Violation(path, include.line, f"{_net_folder(path)}/ is pure: no {vendor} here")


def _check_vendor_counts(users):
    for (layer, vendor), files in sorted(users.items()):
        limit = VENDORS[layer].get(vendor)
        if limit is not None and len(files) > limit:
            for path, number in sorted(files.items()):
                yield Violation(path, number, f"{len(files)} files of {layer}/ include {vendor}, "
                                              f"at most {limit} may")
