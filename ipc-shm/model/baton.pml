// SPDX-License-Identifier: Apache-2.0
// The baton, a line that both sides write by turns, beside a ring for each direction. Each side has a thread that
// sends and a thread that receives. Any thread may rest before any step for as long as it likes, and one side may be
// killed. A step touches shared memory once. Here a ring is a queue of records: ring.pml is about its inside.

#ifndef MESSAGES
#define MESSAGES 2 // of each side
#endif
#ifndef WORDS
#define WORDS 2 // of a message in the baton
#endif

#define OTHER(side) (1 - side)
#define MESSAGE(side, number) ((number) * 2 + side)

// The mapped segment.
byte line[WORDS], header; // the baton; its header is the turn
chan ring[2] = [MESSAGES] of { byte }; // by the side that sends
byte published[2]; // records taken, by the side that sent them

// What the threads of one side share.
bool held[2];
byte turn[2]; // of the next message of the other side

bool dead[2], closed[2];
#define EOF(side) (dead[side] || closed[side])

byte committed[2]; // messages

inline store_payload() {
  do
  :: d_step { word < WORDS -> line[word] = MESSAGE(me, number); word++ }
  :: d_step { word == WORDS -> word = 0 }; break
  od
}

inline commit_header() {
  d_step { header = next; next = 0; committed[me]++ }
}

inline pass() {
#ifdef HEADER_BEFORE_PAYLOAD
  next = turn[me] - 1;
  held[me] = false;
  commit_header();
  store_payload();
#else
  store_payload();
  next = turn[me] - 1;
#ifdef HELD_UNTIL_PASSED
  commit_header();
  held[me] = false;
#else
  held[me] = false;
  commit_header();
#endif
#endif
  number++
}

#ifdef PASSED_OVER_RECORDS
#define RING_IS_EMPTY true
#else
#define RING_IS_EMPTY (written == cached)
#endif

#ifdef PASSED_WITHOUT_HOLDING
#define HELD true
#else
#define HELD held[me]
#endif

proctype Sender(bit me) {
  byte number = 1;
  byte written, cached, word, next;
  {
    do
    :: number > MESSAGES -> closed[me] = true; break
    :: d_step {
        number <= MESSAGES ->
        ring[me] ! MESSAGE(me, number);
        committed[me]++;
        written++;
        number++
      }
    :: number <= MESSAGES && RING_IS_EMPTY && HELD -> pass()
    :: d_step { number <= MESSAGES && published[me] != cached -> cached = published[me] }
    od
  } unless { dead[me] }
}

inline look_at_ring() {
  if
  :: ring[OTHER(me)] ? <record>
  :: empty(ring[OTHER(me)])
  fi
}

#ifdef REPLACED_TURN_IS_NEW
#define OLD (turn[me] - header == 1)
#else
#define OLD (turn[me] - header == 1 || turn[me] - header == 2)
#endif

inline look_at_baton() {
#ifdef HELD_NOT_ASKED
  arrived = !OLD;
#else
  if
  :: held[me]
  :: else -> arrived = !OLD
  fi
#endif
}

inline hold() {
  d_step { assert(!held[OTHER(me)]); held[me] = true }
}

inline take_baton() {
#ifdef HELD_BEFORE_COPIED
  turn[me] = turn[me] + 2;
  hold();
#endif
  do
  :: d_step {
      word < WORDS ->
      assert(line[word] == MESSAGE(OTHER(me), received + 1)); // not torn, repeated, reordered
      word++
    }
  :: d_step { word == WORDS -> received++; word = 0 }; break
  od;
#if defined(HELD_BEFORE_TURN)
  hold();
  turn[me] = turn[me] + 2;
#elif !defined(HELD_BEFORE_COPIED)
  turn[me] = turn[me] + 2;
  hold();
#endif
  skip
}

proctype Receiver(bit me) {
  byte record, word, taken, received;
  bool arrived, last;
  {
    do
    :: d_step { !last && EOF(OTHER(me)) -> last = true }
    :: d_step { published[OTHER(me)] != taken -> published[OTHER(me)] = taken }
    :: true ->
#ifdef BATON_BEFORE_RING
      look_at_baton();
      look_at_ring();
#else
      look_at_ring();
#if defined(RECORD_BEFORE_BATON)
      if
      :: record == 0 -> look_at_baton()
      :: else
      fi;
#elif defined(LAST_LOOK_AT_RING_ONLY)
      if
      :: !last -> look_at_baton()
      :: else
      fi;
#else
      look_at_baton();
#endif
#endif
      if
      :: d_step { arrived -> assert(header == turn[me]); arrived = false; record = 0 };
        take_baton()
      :: d_step {
          !arrived && record != 0 ->
          assert(record == MESSAGE(OTHER(me), received + 1));
          ring[OTHER(me)] ? _;
          record = 0;
          taken++;
          received++
        }
      :: !arrived && record == 0 && last -> break
      :: !arrived && record == 0 && !last
      fi
    od;
    assert(received == committed[OTHER(me)])
  } unless { dead[me] }
}

init {
  atomic {
    held[0] = true;
    turn[0] = 2;
    turn[1] = 1;
    run Sender(0);
    run Sender(1);
    run Receiver(0);
    run Receiver(1)
  };
#ifdef DEATH
end:
  if
  :: dead[0] = true
  :: dead[1] = true
  fi
#endif
}
