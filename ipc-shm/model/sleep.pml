// SPDX-License-Identifier: Apache-2.0
// Who sleeps and who rings. A reader sleeps when there are no messages, a sender when there is no room. Each side
// has a thread that works and a poller that alone reads the control socket. A store stays in the store buffer of its
// side for a while. Any thread may rest before any step for as long as it likes, and one side may be killed.

#ifndef CAPACITY
#define CAPACITY 1 // messages
#endif
#ifndef MESSAGES
#define MESSAGES 3
#endif
#ifndef STORES
#define STORES 1 // entries of a store buffer; 0: sequential consistency
#endif

#define W 0
#define R 1
#define OTHER(side) (1 - side)

// The mapped segment: what each side has published, and the announcement of its sleeper.
byte published[2], announced[2];

// What the threads of one side share.
bool waiting[2], permit[2], eof[2];
byte position[2];
byte total; // messages that the sender has

mtype = { WAKE, FRAME };
chan control[2] = [1] of { mtype }; // the control sockets, by the side that reads

#define PUBLISHED 0
#define ANNOUNCED 1
#if STORES > 0
chan stores[2] = [STORES] of { bit, byte };
byte older[2]; // stores of the other side that were made before the bounded sleep of this one
#define STORE(side, word, value) stores[side] ! word, value
#define FENCE(side) empty(stores[side])
#define OLDER_STORES(side) len(stores[side])
#else
byte older[2];
#define STORE(side, word, value) if :: word == PUBLISHED -> published[side] = value :: else -> announced[side] = value fi
#define FENCE(side) true
#define OLDER_STORES(side) 0
#endif

bool dead[2];
#define EOF(side) (dead[side] && FENCE(side))

#define MESSAGE (published[W] != position[R])
#define ROOM (position[W] - published[R] < CAPACITY)

#if STORES > 0
inline drain(side) {
  d_step {
    stores[side] ? word, value ->
    if
    :: word == PUBLISHED -> published[side] = value
    :: else -> announced[side] = value
    fi;
    older[OTHER(side)] = (older[OTHER(side)] > 0 -> older[OTHER(side)] - 1 : 0);
    word = 0;
    value = 0
  }
}

active proctype Memory() {
  bit word;
  byte value;
end:
  do
  :: drain(W)
  :: drain(R)
  od
}
#endif

inline ring_once(me) {
  d_step {
    if
    :: seen != rung ->
      rung = seen;
      if
      :: nfull(control[OTHER(me)]) -> control[OTHER(me)] ! WAKE
      :: full(control[OTHER(me)]) // EAGAIN
      fi
    :: else
    fi;
    seen = 0
  }
}

inline publish(me) {
#ifdef READ_BEFORE_PUBLISH
  seen = announced[OTHER(me)];
#endif
  STORE(me, PUBLISHED, position[me]);
#ifdef PUBLISHER_FENCES
  FENCE(me);
#endif
#ifndef READ_BEFORE_PUBLISH
  seen = announced[OTHER(me)];
#endif
  ring_once(me)
}

#if defined(ANNOUNCED_ONCE)
#define NEXT_ANNOUNCEMENT announcement = 1
#elif defined(ANNOUNCEMENTS_COME_ROUND)
#define NEXT_ANNOUNCEMENT announcement = 1 + announcement % 2
#else
#define NEXT_ANNOUNCEMENT announcement++
#endif

inline announce(me) {
  atomic {
    NEXT_ANNOUNCEMENT;
    STORE(me, ANNOUNCED, announcement)
  };
#ifndef NO_FENCE
  FENCE(me)
#endif
}

// One millisecond is longer than a store stays in a store buffer.
inline sleep_bounded(me) {
#ifndef NO_BOUNDED_SLEEP
  older[me] = OLDER_STORES(OTHER(me));
#ifndef BOUNDED_SLEEP_CUT_SHORT
  permit[me] || eof[me] || (older[me] == 0 && FENCE(me));
#endif
  older[me] = 0
#else
  skip
#endif
}

inline sleep(me, work) {
#ifndef REGISTERED_LATE
  waiting[me] = true;
#endif
  announce(me);
#ifdef REGISTERED_LATE
  waiting[me] = true;
#endif
  if
#ifndef NO_SECOND_LOOK
  :: work
#endif
  :: else ->
    sleep_bounded(me);
    if
#ifndef NO_THIRD_LOOK
    :: work
#endif
    :: else -> permit[me] || eof[me]
    fi
  fi;
  d_step { waiting[me] = false; permit[me] = false }
}

proctype Sender() {
  byte announcement, seen, rung;
  {
    do
    :: position[W] == total || eof[W] -> break
    :: position[W] < total && !eof[W] ->
      if
      :: d_step { ROOM -> position[W]++ }; publish(W)
      :: else -> sleep(W, ROOM)
      fi
    od
  } unless { dead[W] }
}

proctype Reader() {
  byte announcement, seen, rung;
  bool taken, last;
  {
    do
    :: position[R] == total -> break
    :: position[R] < total ->
      last = eof[R];
      if
      :: d_step { MESSAGE -> position[R]++; taken = true }
      :: d_step { MESSAGE -> position[R]++; taken = false };
        publish(R)
      :: else ->
        if
        :: taken -> taken = false; publish(R) // the end of a take
        :: !taken && last -> assert(position[R] == published[W]); break
        :: !taken && !last ->
#ifdef READER_SPINS
          MESSAGE || eof[R]
#else
          sleep(R, MESSAGE)
#endif
        fi
      fi
    od
  } unless { dead[R] }
}

inline wake(me) {
  permit[me] = permit[me] || waiting[me]
}

proctype Poller(bit me) {
#ifdef FRAMES
  byte sent; // frames of another kind
#endif
end:
  do
#if defined(ONLY_WAKE_WAKES)
  :: control[me] ? WAKE ->
    wake(me)
  :: control[me] ? FRAME
#elif defined(WOKEN_BEFORE_READ)
  :: nempty(control[me]) ->
    wake(me);
    control[me] ? _
#else
  :: control[me] ? _ -> wake(me)
#endif
#ifdef FRAMES
  :: d_step { sent < FRAMES && nfull(control[OTHER(me)]) -> control[OTHER(me)] ! FRAME; sent++ }
#endif
  :: EOF(OTHER(me)) && empty(control[me]) -> eof[me] = true; break
  :: dead[me] -> break
  od
}

init {
  atomic {
    select (total : 1 .. MESSAGES);
    run Sender();
    run Reader();
    run Poller(W);
    run Poller(R)
  };
#ifdef DEATH
  if
  :: dead[W] = true
  :: dead[R] = true
  fi
#endif
}
