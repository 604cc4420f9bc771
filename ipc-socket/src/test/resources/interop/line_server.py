#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A plain line server: answers each line with the line in upper case.

line_server.py unix:/path|tcp:host:port

Prints "ready ENDPOINT", serves one connection after the other until it is killed. A last line without a
newline is answered too, without a newline.
"""
import socket, sys


def main(endpoint):
    scheme, address = endpoint.split(':', 1)
    if scheme == 'unix':
        server = socket.socket(socket.AF_UNIX)
        server.bind(address)
    else:
        host, port = address.rsplit(':', 1)
        server = socket.create_server((host, int(port)))
        endpoint = 'tcp:%s:%d' % (host, server.getsockname()[1])
    server.listen()
    print('ready', endpoint, flush=True)
    while True:
        connection, _ = server.accept()
        with connection, connection.makefile('rb') as lines:
            for line in lines:
                connection.sendall(line.upper())


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
