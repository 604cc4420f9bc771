#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A plain client as Python programs write it, for u32be, u32le, u16be and line.

plain_client.py FRAMING unix:/path|tcp:host:port LENGTH...

Sends messages of these lengths from one thread, ends its output, and checks in another that the same messages come
back and then the end of the stream. Prints "good COUNT".
"""
import socket, struct, sys, threading

FORMS = {'u32be': '>I', 'u32le': '<I', 'u16be': '>H'}


def encode(framing, payload):
    return payload + b'\n' if framing == 'line' else struct.pack(FORMS[framing], len(payload)) + payload


def decode(framing, stream):
    if framing == 'line':
        for line in stream:
            yield line[:-1]
        return
    while header := stream.read(struct.calcsize(FORMS[framing])):
        yield stream.read(struct.unpack(FORMS[framing], header)[0])


def main(framing, endpoint, lengths):
    scheme, address = endpoint.split(':', 1)
    if scheme == 'unix':
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(address)
    else:
        connection = socket.create_connection((address.rsplit(':', 1)[0], int(address.rsplit(':', 1)[1])))
    connection.settimeout(30)
    messages = [bytes((97 + (i + k) % 26 for i in range(length))) for k, length in enumerate(lengths)]

    def send():
        for message in messages:
            connection.sendall(encode(framing, message))
        connection.shutdown(socket.SHUT_WR)

    threading.Thread(target=send, daemon=True).start()
    received = list(decode(framing, connection.makefile('rb')))
    if received != messages:
        sys.exit('wrong: %s' % [len(m) for m in received])
    print('good', len(received))


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2], [int(a) for a in sys.argv[3:]])
