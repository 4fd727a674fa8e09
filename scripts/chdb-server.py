"""Stands for a ClickHouse server on 127.0.0.1: its HTTP interface, as far as `match --engine clickhouse` uses it, before the engine of the package chdb.

COPRESENCE_CHDB scripts/chdb-server.py prints its port, and ends when its standard input does. One statement at a time.
"""

import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

from chdb.session import Session

session = Session()
RESERVED = {"database", "default_format", "wait_end_of_query", "user", "password"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        sql = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = dict(parse_qsl(urlsplit(self.path).query))
        try:
            for name, value in given.items():
                if name not in RESERVED:
                    session.query(f"set {name} = {value}")
            session.query(f"use {given.get('database', 'default')}")
            status, said = 200, bytes(session.query(sql, given.get("default_format", "TabSeparated")).bytes() or b"")
        except Exception as error:  # as the server: the words of the engine, with the name of the error
            status, said = 404, str(error).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)


def until_end():
    sys.stdin.read()
    server.shutdown()


threading.Thread(target=until_end, daemon=True).start()
server.serve_forever()
