/* SPDX-License-Identifier: Apache-2.0
 *
 * A peer of the native framing, written from docs/wire.md.
 *
 *   gcc -std=c11 -Wall -Wextra -Werror -O2 -o peer peer.c
 *   peer listen  unix:/path|tcp:ipv4:port            prints "ready ENDPOINT", serves one connection as an echo
 *   peer connect unix:/path|tcp:ipv4:port            connects and serves it as an echo
 *   peer connect unix:/path|tcp:ipv4:port N LENGTH   sends N messages of LENGTH bytes, one after the other,
 *                                                    and checks that each comes back
 *
 * The exit status is 0 after an orderly end, 1 otherwise, with a line on stderr. A message is echoed when all of it
 * is there, or both sides could wait for each other to read.
 */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { DATA = 1, HELLO, WELCOME, REFUSE, BARRIER, BARRIER_ACK, PING, PONG, WAKE, END_OUTPUT, CLOSE };
enum { MORE = 1, PART = 65536, MAX_CONTROL = 4096, MAX_MESSAGE = 16 << 20 };

struct header {
  uint32_t length;
  uint8_t type, flags;
  uint16_t reserved;
};

static int fd;
static uint64_t sent, handled, limit;
static uint8_t payload[PART], *message;
static uint64_t capacity;

static void die(const char *text) {
  fprintf(stderr, "peer: %s\n", text);
  exit(1);
}

static void put(uint8_t *at, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) at[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *at, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value |= (uint64_t)at[i] << 8 * i;
  return value;
}

static void write_all(const uint8_t *at, size_t count) {
  while (count > 0) {
    ssize_t done = write(fd, at, count);
    if (done <= 0) die("cannot write");
    at += done;
    count -= (size_t)done;
  }
}

/* Returns 0 if the stream ends before the first byte. */
static int read_all(uint8_t *at, size_t count) {
  size_t have = 0;
  while (have < count) {
    ssize_t done = read(fd, at + have, count - have);
    if (done < 0) die("cannot read, or the peer fell silent");
    if (done == 0) {
      if (have == 0) return 0;
      die("the stream ended within a frame");
    }
    have += (size_t)done;
  }
  return 1;
}

static void need_bytes(uint8_t *at, size_t count) {
  if (count > 0 && !read_all(at, count)) die("the stream ended within a frame");
}

static void write_frame(int type, int flags, const uint8_t *body, uint32_t length) {
  static uint8_t out[8 + PART];
  put(out, length, 4);
  out[4] = (uint8_t)type;
  out[5] = (uint8_t)flags;
  put(out + 6, 0, 2);
  if (length > 0) memcpy(out + 8, body, length);
  write_all(out, 8 + (size_t)length);
}

static void write_number(int type, uint64_t value) {
  uint8_t body[8];
  put(body, value, 8);
  write_frame(type, 0, body, 8);
}

static void write_close(int code) {
  uint8_t body[9];
  put(body, sent, 8);
  body[8] = (uint8_t)code;
  write_frame(CLOSE, 0, body, 9);
  shutdown(fd, SHUT_WR);
}

static void violation(int code, const char *text) {
  write_close(code);
  die(text);
}

static int read_header(struct header *h) {
  uint8_t raw[8];
  if (!read_all(raw, 8)) return 0;
  h->length = (uint32_t)get(raw, 4);
  h->type = raw[4];
  h->flags = raw[5];
  h->reserved = (uint16_t)get(raw + 6, 2);
  return 1;
}

static void write_hello(int type, const char *scheme) {
  uint8_t body[64];
  uint32_t length = (uint32_t)strlen(scheme);
  memcpy(body, "IPC\1", 4);
  put(body + 4, 1, 2);
  put(body + 6, 1, 2);
  put(body + 8, 1, 2); /* maxMessage */
  put(body + 10, 4, 2);
  put(body + 12, MAX_MESSAGE, 4);
  put(body + 16, 3, 2); /* scheme */
  put(body + 18, length, 2);
  memcpy(body + 20, scheme, length);
  put(body + 20 + length, 4, 2); /* pid */
  put(body + 22 + length, 8, 2);
  put(body + 24 + length, (uint64_t)getpid(), 8);
  write_frame(type, 0, body, 32 + length);
}

static void refuse(int code, const char *text) {
  uint8_t body[64];
  put(body, (uint64_t)code, 2);
  memcpy(body + 2, text, strlen(text));
  write_frame(REFUSE, 0, body, 2 + (uint32_t)strlen(text));
  die(text);
}

/* Reads HELLO (accepting) or WELCOME and REFUSE. */
static void read_hello(int accepting, const char *scheme) {
  struct header h;
  int same_scheme = 0;
  unsigned seen = 0;
  uint32_t at = 8;
  if (!read_header(&h)) die("the stream ended before the handshake");
  int refused = !accepting && h.type == REFUSE;
  if ((h.type != (accepting ? HELLO : WELCOME) && !refused) || h.flags || h.reserved || h.length > MAX_CONTROL ||
      h.length < (refused ? 2u : 8u))
    die("the first frame is not of a handshake");
  if (!refused) {
    need_bytes(payload, 4);
    if (memcmp(payload, "IPC\1", 4) != 0) die("the magic is wrong");
    need_bytes(payload + 4, h.length - 4);
  } else {
    need_bytes(payload, h.length);
    fprintf(stderr, "peer: refused, code=%d, text=%.*s\n", (int)get(payload, 2), (int)h.length - 2, payload + 2);
    exit(1);
  }
  uint64_t low = get(payload + 4, 2), high = get(payload + 6, 2);
  if (low < 1 || low > high) die("the versions are out of order");
  while (at < h.length) {
    if (at + 4 > h.length) die("a field is cut off");
    unsigned type = (unsigned)get(payload + at, 2);
    uint32_t length = (uint32_t)get(payload + at + 2, 2);
    at += 4;
    if (length > h.length - at) die("a field is cut off");
    if (type >= 1 && type <= 7) {
      if (seen & 1u << type) die("a field comes twice");
      seen |= 1u << type;
    }
    if (type == 1) {
      if (length != 4 || get(payload + at, 4) == 0) die("maxMessage is malformed");
      limit = get(payload + at, 4) < MAX_MESSAGE ? get(payload + at, 4) : MAX_MESSAGE;
    }
    if (type == 3) same_scheme = length == strlen(scheme) && memcmp(payload + at, scheme, length) == 0;
    if (((type == 2 || type == 4) && length != 8) || (type == 5 && length != 16)) die("a field has another length");
    at += length;
  }
  if (!(seen & 1u << 1) || !(seen & 1u << 3)) die("a required field is missing");
  if (low > 1 || (!accepting && high != 1)) {
    if (accepting) refuse(1, "no common version");
    die("no common version");
  }
  if (!same_scheme) {
    if (accepting) refuse(6, "another scheme");
    die("another scheme");
  }
}

static void check_message(const struct header *h, uint64_t so_far, int ended) {
  if (h->flags & ~MORE) violation(1, "unknown flags");
  if (ended) violation(1, "a message behind END_OUTPUT");
  if (h->length > PART || h->length > limit - so_far) violation(2, "a message is too long");
  if (h->length == 0 && h->flags) violation(1, "a part is empty although more follow");
}

static void check_control(const struct header *h, int in_message, int ended) {
  if (h->flags) violation(1, "unknown flags");
  switch (h->type) {
    case WAKE:
      if (h->length != 0) violation(1, "another length");
      break;
    case CLOSE:
      if (h->length < 9 || h->length > 521) violation(1, "another length");
      break;
    case END_OUTPUT:
      if (in_message || ended) violation(1, "END_OUTPUT within a message or twice");
      /* fall through */
    case BARRIER:
    case BARRIER_ACK:
    case PING:
    case PONG:
      if (h->length != 8) violation(1, "another length");
      break;
    default:
      violation(1, "an unknown type");
  }
}

/* Adds a part to the message; the memory follows the bytes that arrived. */
static void collect(uint64_t so_far, uint32_t length) {
  if (so_far + length > capacity) {
    capacity = 2 * (so_far + length);
    message = realloc(message, capacity);
    if (message == NULL) die("no memory");
  }
  if (length > 0) memcpy(message + so_far, payload, length);
}

static void echo(uint64_t length) {
  uint64_t offset = 0;
  do {
    uint32_t count = length - offset < PART ? (uint32_t)(length - offset) : PART;
    write_frame(DATA, offset + count < length ? MORE : 0, count > 0 ? message + offset : payload, count);
    offset += count;
  } while (offset < length);
  sent++;
}

static void send_message(uint64_t length) {
  uint64_t rest = length;
  do {
    uint32_t count = rest < PART ? (uint32_t)rest : PART;
    rest -= count;
    memset(payload, (int)('a' + sent % 26), count);
    write_frame(DATA, rest > 0 ? MORE : 0, payload, count);
  } while (rest > 0);
  sent++;
}

/* Echoes everything if count is 0, else sends count messages, each after the echo of the one before. */
static int serve(uint64_t count, uint64_t length) {
  struct header h;
  uint64_t so_far = 0;
  uint64_t barrier = 0;
  int waiting = 0, in_message = 0, ended = 0, closing = 0;
  if (count > 0) send_message(length);
  while (read_header(&h)) {
    if (h.reserved) violation(1, "reserved bits");
    if (h.type == DATA) {
      check_message(&h, so_far, ended);
      need_bytes(payload, h.length);
      so_far += h.length;
      in_message = h.flags & MORE;
      if (count == 0) collect(so_far - h.length, h.length);
      for (uint32_t i = 0; count > 0 && i < h.length; i++)
        if (payload[i] != 'a' + handled % 26) die("the echo differs");
      if (in_message) continue;
      if (count > 0 && so_far != length) die("the length of the echo differs");
      if (count == 0) echo(so_far);
      so_far = 0;
      handled++;
      if (waiting && barrier <= handled) {
        write_number(BARRIER_ACK, handled);
        waiting = 0;
      }
      if (count == 0) {
        continue;
      } else if (handled < count) {
        send_message(length);
      } else {
        write_number(PING, 7);
        write_number(BARRIER, sent);
      }
      continue;
    }
    check_control(&h, in_message, ended);
    need_bytes(payload, h.length);
    uint64_t number = get(payload, 8);
    if (h.type == BARRIER && !closing) {
      barrier = number; /* may be ahead of its messages */
      waiting = number > handled;
      if (!waiting) write_number(BARRIER_ACK, handled);
    } else if (h.type == BARRIER_ACK && count > 0 && number == sent) {
      write_number(END_OUTPUT, sent);
      write_close(0);
      closing = 1;
    } else if (h.type == PING && !closing) {
      write_number(PONG, number);
    } else if (h.type == END_OUTPUT) {
      ended = 1;
      if (number != handled) violation(1, "messages are missing");
      if (count == 0) write_number(END_OUTPUT, sent);
    } else if (h.type == CLOSE) {
      if (in_message && payload[8] == 0) violation(1, "an orderly CLOSE within a message");
      if (!in_message && number != handled) violation(1, "messages are missing");
      int orderly = payload[8] == 0;
      if (!closing) write_close(0);
      uint8_t behind;
      if (read(fd, &behind, 1) > 0) die("a byte behind CLOSE");
      return orderly;
    }
  }
  die("the stream ended without CLOSE");
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 5) die("usage: listen|connect ENDPOINT [N LENGTH], see the head of the source");
  int accepting = strcmp(argv[1], "listen") == 0;
  int is_unix = strncmp(argv[2], "unix:", 5) == 0;
  struct sockaddr_un local = {.sun_family = AF_UNIX};
  struct sockaddr_in inet = {.sin_family = AF_INET};
  struct sockaddr *address = is_unix ? (struct sockaddr *)&local : (struct sockaddr *)&inet;
  socklen_t size = is_unix ? sizeof local : sizeof inet;
  signal(SIGPIPE, SIG_IGN);
  if (is_unix) {
    if (strlen(argv[2] + 5) >= sizeof local.sun_path) die("the path is too long");
    strcpy(local.sun_path, argv[2] + 5);
  } else {
    char *port = strrchr(argv[2], ':');
    if (strncmp(argv[2], "tcp:", 4) != 0 || port == argv[2] + 3) die("the endpoint is malformed");
    *port = 0;
    inet.sin_port = htons((uint16_t)atoi(port + 1));
    if (inet_pton(AF_INET, argv[2] + 4, &inet.sin_addr) != 1) die("the address is not IPv4");
  }
  fd = socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
  if (accepting) {
    umask(0177);
    if (bind(fd, address, size) != 0 || listen(fd, 1) != 0) die("cannot bind");
    if (is_unix) {
      printf("ready %s\n", argv[2]);
    } else {
      getsockname(fd, address, &size);
      printf("ready %s:%d\n", argv[2], ntohs(inet.sin_port));
    }
    fflush(stdout);
    fd = accept(fd, NULL, NULL);
  } else if (connect(fd, address, size) != 0) {
    die("cannot connect");
  }
  int one = 1;
  if (!is_unix) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct timeval deadline = {.tv_sec = 30};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
  const char *scheme = is_unix ? "unix" : "tcp";
  if (!accepting) write_hello(HELLO, scheme);
  read_hello(accepting, scheme);
  if (accepting) write_hello(WELCOME, scheme);
  return serve(argc == 5 ? strtoull(argv[3], NULL, 10) : 0, argc == 5 ? strtoull(argv[4], NULL, 10) : 0) ? 0 : 1;
}
