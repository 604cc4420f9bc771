#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A plain echo server as Python programs write it: struct and a length before each message.

struct_server.py u32be|u32le|u16be unix:/path|tcp:host:port

Prints "ready ENDPOINT", serves one connection after the other until it is killed.
"""
import socket, struct, sys


def exactly(connection, count):
    data = b''
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            return None
        data += piece
    return data


def main(form, endpoint):
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
        with connection:
            while (header := exactly(connection, struct.calcsize(form))) is not None:
                payload = exactly(connection, struct.unpack(form, header)[0])
                if payload is None:
                    break
                connection.sendall(header + payload)


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main({'u32be': '>I', 'u32le': '<I', 'u16be': '>H'}[sys.argv[1]], sys.argv[2])
