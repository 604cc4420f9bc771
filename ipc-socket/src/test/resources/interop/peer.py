#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A peer of the native framing, written from docs/wire.md; Python 3 standard library only.

peer.py connect ENDPOINT [MESSAGE...]  connects, sends the messages, prints the echoes; without messages it echoes
peer.py listen ENDPOINT                prints "ready ENDPOINT", serves one connection as an echo, and ends
peer.py --selftest docs/wire.md        checks the golden vectors of the document

ENDPOINT is unix:/path or tcp:host:port (port 0: any). MESSAGE is a text, or N*c for N times the character c.
The exit status is 0 after an orderly end, 1 after a violation, a refusal, or an end without CLOSE.
"""
import os, re, socket, struct, sys, threading

DATA, HELLO, WELCOME, REFUSE, BARRIER, ACK, PING, PONG, WAKE, END, CLOSE = range(1, 12)
NAMES = {BARRIER: 'barrier', ACK: 'barrier_ack', PING: 'ping', PONG: 'pong', END: 'end_output'}
PART, MAX = 65536, 16 << 20


class Violation(Exception):
    pass


def need(condition, reason='PROTOCOL_ERROR'):
    if not condition:
        raise Violation(reason)


def frame(kind, payload=b'', flags=0):
    return struct.pack('<IBBH', len(payload), kind, flags, 0) + payload


def message(payload):
    parts = [payload[i:i + PART] for i in range(0, len(payload), PART)] or [b'']
    return b''.join(frame(DATA, part, i < len(parts) - 1) for i, part in enumerate(parts))


def hello(low, high, fields):
    return struct.pack('<4sHH', b'IPC\1', low, high) + b''.join(
        struct.pack('<HH', kind, len(value)) + value for kind, value in sorted(fields.items()))


def cpus(text):
    for item in text.split(',') if text else ():
        match = re.fullmatch(r'(\d{1,5})(?:-(\d{1,5}))?', item)
        need(match and int(match[1]) <= int(match[2] or match[1]) <= 65535)


def parse_hello(payload):
    need(len(payload) >= 8 and payload[:4] == b'IPC\1')
    low, high = struct.unpack_from('<HH', payload, 4)
    need(1 <= low <= high)
    fields, at = {}, 8
    while at < len(payload):
        need(at + 4 <= len(payload))
        kind, length = struct.unpack_from('<HH', payload, at)
        at += 4 + length
        need(at <= len(payload))
        if 1 <= kind <= 9:
            need(kind not in fields and length == {1: 4, 2: 8, 4: 8, 5: 16, 8: 4}.get(kind, length))
            fields[kind] = payload[at - length:at]
    try:
        cpus(fields.get(6, b'').decode())
        need(fields.get(3, b'').decode() and fields.get(7, b'').decode() is not None)
    except UnicodeDecodeError:
        raise Violation('PROTOCOL_ERROR') from None
    need(fields.get(1, bytes(4)) != bytes(4) and fields.get(8, bytes(4))[3] < 0x80)
    need(len(fields.get(9, bytes(17))) > 16)
    return low, high, fields


def first(read, expected):
    """Reads the first frame with read(n), checking as soon as there is something to check."""
    header = read(8)
    length, kind, flags, reserved = struct.unpack('<IBBH', header)
    need(kind in expected and flags == 0 == reserved and (2 if kind == REFUSE else 8) <= length <= 4096)
    if kind == REFUSE:
        body = read(length)
        return kind, (struct.unpack_from('<H', body)[0], body[2:].decode('utf-8', 'replace'))
    magic = read(4)
    need(magic == b'IPC\1')
    return kind, parse_hello(magic + read(length - 4))


def frames(read, limit):
    """Yields what read(n) brings, as tuples, up to CLOSE; a message comes whole."""
    parts, ended = None, False
    while True:
        head = read(8, start=parts is None)
        if not head:
            return
        length, kind, flags, reserved = struct.unpack('<IBBH', head)
        need(reserved == 0 and flags & ~(kind == DATA) == 0)
        if kind == DATA:
            need(not ended)
            need(length <= PART and length <= limit - len(parts or b''), 'TOO_LARGE')
            need(length or not flags)
            parts = (parts or bytearray()) + read(length)
            if not flags:
                yield ('message', bytes(parts))
                parts = None
        elif kind in NAMES:
            need(length == 8 and not (kind == END and (ended or parts is not None)))
            ended = ended or kind == END
            yield (NAMES[kind], struct.unpack('<Q', read(8))[0])
        elif kind == WAKE:
            need(length == 0)
            yield ('wake',)
        else:
            need(kind == CLOSE and 9 <= length <= 521)
            sent, code = struct.unpack('<QB', read(9))
            detail = read(length - 9).decode('utf-8', 'replace')
            need(parts is None or code != 0)
            yield ('close', sent, code if code <= 4 else 4, detail)
            need(not read(1, start=True))
            return


class Peer:
    def __init__(self, connection, scheme, accepting):
        self.connection, self.sent, self.ended = connection, 0, False
        self.lock = threading.Lock()
        connection.settimeout(5)
        mine = {1: struct.pack('<I', MAX), 2: bytes(8), 3: scheme.encode(), 4: struct.pack('<q', os.getpid())}
        if not accepting:
            self.write(frame(HELLO, hello(1, 1, mine)))
        kind, peer = first(self.read, (HELLO,) if accepting else (WELCOME, REFUSE))
        if kind == REFUSE:
            raise SystemExit('refused, code=%d, text=%s' % peer)
        low, high, fields = peer
        refusal = (1, 'no common version') if low > 1 else (6, 'another scheme') if fields[3] != mine[3] else None
        if refusal and accepting:
            self.write(frame(REFUSE, struct.pack('<H', refusal[0]) + refusal[1].encode()))
        if refusal or (not accepting and high != 1):
            raise SystemExit('refused: %s' % (refusal or 'the version',)[0])
        self.limit = min(MAX, struct.unpack('<I', fields[1])[0])
        if accepting:
            self.write(frame(WELCOME, hello(1, 1, mine)))
        connection.settimeout(30)

    def read(self, count, start=False):
        data = bytearray()
        while len(data) < count:
            piece = self.connection.recv(count - len(data))
            if not piece:
                if start and not data:
                    return b''
                raise SystemExit('the stream ended within a frame')
            data += piece
        return bytes(data)

    def write(self, data):
        with self.lock:
            self.connection.sendall(data)

    def send(self, payload):
        self.write(message(payload))
        self.sent += 1

    def close(self, code=0, detail=b''):
        self.write(frame(CLOSE, struct.pack('<QB', self.sent, code) + detail))
        self.connection.shutdown(socket.SHUT_WR)

    def serve(self, expected=None):
        """Echoes, or prints as many echoes as expected; returns whether the end was orderly."""
        handled, barrier, closing = 0, None, False
        try:
            for event in frames(self.read, self.limit):
                if event[0] == 'barrier':
                    barrier = event[1]
                if event[0] == 'message':
                    handled += 1
                    if expected is None:
                        self.send(event[1])
                    elif len(event[1]) <= 100:
                        print('echo', event[1].decode('utf-8', 'replace'), flush=True)
                    else:
                        print('echo %d*%s' % (len(event[1]), chr(event[1][0])), flush=True)
                    if handled == expected:
                        self.write(frame(END, struct.pack('<Q', self.sent)))
                        closing = True
                        self.close()
                elif event[0] == 'ping' and not closing:
                    self.write(frame(PONG, struct.pack('<Q', event[1])))
                elif event[0] == 'end_output' and expected is None and not self.ended:
                    self.ended = True
                    self.write(frame(END, struct.pack('<Q', self.sent)))
                elif event[0] == 'close':
                    need(event[1] == handled)
                    if not closing:
                        self.close()
                    return event[2] == 0
                if barrier is not None and barrier <= handled and not closing:
                    self.write(frame(ACK, struct.pack('<Q', handled)))
                    barrier = None
        except Violation as violation:
            self.close(2 if str(violation) == 'TOO_LARGE' else 1, b'violation')
        return False


def endpoint(text):
    scheme, address = text.split(':', 1)
    if scheme == 'unix':
        return scheme, socket.AF_UNIX, address
    host, port = address.rsplit(':', 1)
    return scheme, socket.AF_INET6 if ':' in host else socket.AF_INET, (host.strip('[]'), int(port))


def send_all(peer, messages):
    for text in messages:
        match = re.fullmatch(r'(\d+)\*(.)', text)
        peer.send((match[2] * int(match[1]) if match else text).encode())


def run(role, text, messages):
    scheme, family, address = endpoint(text)
    sock = socket.socket(family, socket.SOCK_STREAM)
    if role == 'connect':
        sock.connect(address)
        peer = Peer(sock, scheme, False)
        # A thread, or both sides could wait for each other to read.
        threading.Thread(target=send_all, args=(peer, messages), daemon=True).start()
        return peer.serve(len(messages) or None)
    os.umask(0o177)
    sock.bind(address)
    sock.listen()
    name = sock.getsockname()
    print('ready', text if scheme == 'unix' else 'tcp:%s:%d' % (text[4:].rsplit(':', 1)[0], name[1]), flush=True)
    connection, _ = sock.accept()
    return Peer(connection, scheme, True).serve()


def octets(text):
    return b''.join(bytes.fromhex(t.split('*')[0]) * int((t + '*1').split('*')[1]) for t in text.split())


class Bytes:
    """A stream that is there already."""

    def __init__(self, data):
        self.data = data

    def __call__(self, count, start=False):
        piece, self.data = self.data[:count], self.data[count:]
        if len(piece) < count and not (start and not piece):
            raise EOFError
        return piece


def decode_plain(framing, stream, limit):
    if framing == 'line':
        lines = stream.split(b'\n')
        for line in lines[:-1] + ([lines[-1]] if lines[-1] else []):
            need(len(line) <= limit, 'TOO_LARGE')
            yield ('message', line)
        return
    form = {'u32be': '>I', 'u32le': '<I', 'u16be': '>H'}[framing]
    read = Bytes(stream)
    while read.data:
        length = struct.unpack(form, read(struct.calcsize(form)))[0]
        need(length <= limit, 'TOO_LARGE')
        yield ('message', read(length))


def decode(framing, stream, limit):
    if framing == 'native':
        yield from frames(Bytes(stream), limit)
    elif framing != 'handshake':
        yield from decode_plain(framing, stream, limit)
    else:
        kind, value = first(Bytes(stream), (HELLO, WELCOME, REFUSE))
        yield ('refuse', *value) if kind == REFUSE else ('hello' if kind == HELLO else 'welcome', value)


def words(event):
    """The line of the document for an event."""
    if event[0] == 'message':
        return ('message ' + event[1].hex()).strip()
    if event[0] not in ('hello', 'welcome'):
        return ' '.join(map(str, event)).strip()
    low, high, f = event[1]
    text = '%s %d %d maxMessage=%d' % (event[0], low, high, min(struct.unpack('<I', f[1])[0], 2**31 - 1))
    for kind, name, show in ((2, 'features', lambda v: struct.unpack('<Q', v)[0]), (3, 'scheme', bytes.decode),
                             (4, 'pid', lambda v: struct.unpack('<q', v)[0]), (5, 'boot', bytes.hex),
                             (6, 'cpus', bytes.hex), (7, 'token', bytes.hex),
                             (8, 'ring', lambda v: struct.unpack('<I', v)[0]),
                             (9, 'nonce', lambda v: '%s segment=%s' % (v[:16].hex(), v[16:].hex()))):
        text += ' %s=%s' % (name, show(f[kind])) if kind in f else ''
    return text


def encode(framing, event):
    kinds = {name: kind for kind, name in NAMES.items()}
    if event[0] in kinds:
        return frame(kinds[event[0]], struct.pack('<Q', event[1]))
    if event[0] == 'message':
        payload = event[1]
        if framing == 'native':
            return message(payload)
        if framing == 'line':
            return payload + b'\n'
        return struct.pack({'u32be': '>I', 'u32le': '<I', 'u16be': '>H'}[framing], len(payload)) + payload
    if event[0] == 'wake':
        return frame(WAKE)
    if event[0] == 'close':
        return frame(CLOSE, struct.pack('<QB', *event[1:3]) + event[3].encode())
    if event[0] == 'refuse':
        return frame(REFUSE, struct.pack('<H', event[1]) + event[2].encode())
    return frame(HELLO if event[0] == 'hello' else WELCOME, hello(*event[1]))


def selftest(document):
    with open(document, encoding='utf-8') as source:
        blocks = re.findall(r'```vector (\S+)\n(.*?)```', source.read(), re.S)
    wrong = 0
    for name, block in blocks:
        lines = [line.split(' ', 1) + [''] for line in block.splitlines()]
        given = {line[0]: line[1] for line in lines}
        stream = octets(' '.join(line[1] for line in lines if line[0] == 'hex'))
        expected = [('message ' + octets(line[1]).hex()).strip() if line[0] == 'message' else ' '.join(line[:2]).strip()
                    for line in lines if line[0] not in ('framing', 'max', 'hex', 'decode-only')]
        events, seen = [], []
        try:
            for event in decode(given['framing'], stream, int(given.get('max', 0))):
                events.append(event)
                seen.append(words(event))
        except Violation as violation:
            seen.append('violation %s' % violation)
        except EOFError:
            seen.append('truncated')
        good = seen == expected
        if good and len(events) == len(seen) and 'decode-only' not in given:
            good = b''.join(encode(given['framing'], event) for event in events) == stream
        if not good:
            wrong += 1
            print('WRONG', name, 'expected', str(expected)[:300], 'seen', str(seen)[:300])
    print('%d vectors, %d wrong' % (len(blocks), wrong))
    return len(blocks) > 0 and not wrong


if __name__ == '__main__':
    if len(sys.argv) < 3 or sys.argv[1] not in ('connect', 'listen', '--selftest'):
        sys.exit(__doc__)
    ok = selftest(sys.argv[2]) if sys.argv[1] == '--selftest' else run(sys.argv[1], sys.argv[2], sys.argv[3:])
    sys.exit(0 if ok else 1)
