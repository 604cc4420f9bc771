#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server that answers only when its client has ended its output: sends back all it has read, and closes.

late_server.py unix:/path|tcp:host:port
"""
import socket, sys

scheme, address = sys.argv[1].split(':', 1)
if scheme == 'unix':
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen()
    print('ready', sys.argv[1], flush=True)
else:
    server = socket.create_server(('127.0.0.1', 0))
    print('ready tcp:127.0.0.1:%d' % server.getsockname()[1], flush=True)
connection, _ = server.accept()
connection.settimeout(30)
read = b''
while piece := connection.recv(65536):
    read += piece
print('ended', len(read), flush=True)
connection.sendall(read)
