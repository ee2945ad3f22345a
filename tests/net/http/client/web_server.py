#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A web server that publishes a file, for instance a key set, and misbehaves on request.

    web_server.py KEYS [CERTIFICATE KEY]

Prints its port to standard output, and exits when standard input ends.
"""
import http.server
import ssl
import sys
import threading

ETAG = '"v1"'


class Handler(http.server.BaseHTTPRequestHandler):
    """Each path is one behaviour of a server."""
    protocol_version = "HTTP/1.1"
    keys = b""
    is_over = threading.Event()
    names = []

    def do_GET(self):
        name = "get_" + self.path.strip("/").split("?")[0]
        self.names.append(name)
        getattr(self, name, self.get_nothing)()

    def get_jwks(self):
        if self.headers.get("If-None-Match") == ETAG:
            self.respond(304, b"")
        else:
            self.respond(200, self.keys, ETag=ETAG)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind = self.headers["Content-Type"]
        self.respond(201, f"{self.command} {kind} {body.decode()}".encode())

    def get_client(self):
        """The port of the client, which shows whether a connection is used again."""
        self.respond(200, str(self.client_address[1]).encode())

    def get_flaky(self):
        """Fails once."""
        if self.names.count("get_flaky") == 1:
            self.respond(500, b"oops")
        else:
            self.respond(200, self.keys)

    def get_nothing(self):
        self.respond(404, b"no")

    def get_count(self):
        """How many requests there were for the path in the query."""
        self.respond(200, str(self.names.count("get_" + self.path.split("?")[1])).encode())

    def get_asked(self):
        self.respond(200, str(self.headers).encode())

    def get_redirect(self):
        self.respond(302, b"", Location="/jwks")

    def get_failing(self):
        self.respond(500, b"oops")

    def get_huge(self):
        self.respond(200, b" " * 262_145)

    def get_full(self):
        self.respond(200, b" " * 262_144)

    def get_endless(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while not self.is_over.is_set():
                self.wfile.write(b"1000\r\n" + b" " * 4096 + b"\r\n")
        except OSError:
            self.close_connection = True

    def get_long_header(self):
        self.respond(200, self.keys, **{"X-Long": "a" * 60_000})

    def get_truncated(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"{")
        self.close_connection = True

    def get_garbage(self):
        self.wfile.write(b"what is this?\r\n\r\n")
        self.close_connection = True

    def get_silent(self):
        self.is_over.wait()

    def get_dripping(self):
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            while not self.is_over.wait(0.02):
                self.wfile.write(b"x")
        except OSError:
            pass
        self.close_connection = True

    def respond(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """Runs each TLS handshake on its connection's thread, so that a failed one ends only that."""
    daemon_threads = True
    tls = None

    def finish_request(self, request, client_address):
        try:
            if self.tls:
                request = self.tls.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)
        except (OSError, ssl.SSLError):
            pass


def main():
    with open(sys.argv[1], "rb") as file:
        Handler.keys = file.read()
    server = Server(("127.0.0.1", 0), Handler)
    if len(sys.argv) > 2:
        server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.tls.load_cert_chain(sys.argv[2], sys.argv[3])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    Handler.is_over.set()


if __name__ == "__main__":
    main()
