// SPDX-License-Identifier: Apache-2.0
// One ring. Its writer or its reader may be killed before each of their steps, and both may be suspended: a
// process may rest before any step for as long as it likes. A step touches shared memory once.

#ifndef WORDS
#define WORDS 6
#endif
#ifndef RECORDS
#define RECORDS 5
#endif
#define LARGEST 3 // words of a record with its header

#define W 0
#define R 1

// A header holds the words of the record and two flags; 0 is "nothing yet".
#define LENGTH(header) ((header) & 7)
#define MORE 8
#define PADDING 16
#define AT(position) ((position) % WORDS)

// The mapped segment.
byte ring[WORDS];
byte published; // the reader's position

// The control socket: a CLOSE frame carries the number of messages; the end of a process closes its end.
chan control = [1] of { byte };
bool dead[2], left[2];
#define EOF(side) (dead[side] || left[side])
#define NONE 255

// What the properties compare with.
byte expected[RECORDS]; // headers of the records that were committed and not taken
byte committed;         // records
byte whole;             // messages

inline store_payload() {
  word = 1;
  do
  :: d_step { word < words -> ring[AT(position + word)] = record; word++ }
  :: else -> break
  od
}

inline zero_next_header() {
  ring[AT(position + words)] = 0
}

inline commit_header() {
  d_step {
    ring[AT(position)] = words | more;
    expected[committed] = words | more;
    committed++;
    whole = (more -> whole : whole + 1)
  }
}

inline commit_padding() {
#ifndef PADDING_BEFORE_ZERO
  ring[0] = 0;
#endif
  ring[AT(position)] = to_end | PADDING;
#ifdef PADDING_BEFORE_ZERO
  ring[0] = 0;
#endif
  d_step { position = position + to_end; to_end = 0 }
}

inline choose_record() {
  atomic {
    if
    :: words = 1
    :: words = 2
    :: words = LARGEST
    fi;
#ifdef PARTS
    if
    :: more = 0
    :: record + 1 < RECORDS -> more = MORE
    fi;
#endif
    to_end = (words > WORDS - AT(position) -> WORDS - AT(position) : 0)
  }
}

#ifdef NEXT_HEADER_NOT_RECKONED
#define NEEDED (to_end + words)
#else
#define NEEDED (to_end + words + 1)
#endif

proctype Writer() {
  byte position, cached, record, words, word, more, to_end;
  {
    do
    :: EOF(R) -> goto report
    :: record == RECORDS -> goto close
    :: record < RECORDS ->
      choose_record();
      do
      :: position + NEEDED - cached <= WORDS -> break
      :: position + NEEDED - cached > WORDS && EOF(R) -> goto report
      :: d_step {
          position + NEEDED - cached > WORDS && published != cached ->
          cached = published;
          assert(cached <= position && position - cached <= WORDS)
        }
#ifdef RECLAIM_ON_TIMEOUT
      :: position + NEEDED - cached > WORDS -> cached = position
#endif
      od;
      if
      :: to_end > 0 -> commit_padding()
      :: else
      fi;
#if defined(COMMIT_BEFORE_PAYLOAD)
      zero_next_header();
      commit_header();
      store_payload();
      skip;
#elif defined(NEXT_HEADER_NOT_ZEROED)
      store_payload();
      commit_header();
#elif defined(NEXT_HEADER_ZEROED_LATE)
      store_payload();
      commit_header();
      zero_next_header();
#else
      store_payload();
      zero_next_header();
      commit_header();
#endif
      d_step { record++; position = position + words; words = 0; word = 0; more = 0 }
    od;
close:
    control ! whole;
    left[W] = true;
    goto end;
report:
    assert(EOF(R))
  } unless { dead[W] };
end:
  skip
}

inline take_record() {
  d_step {
    assert(taken < committed && header == expected[taken]); // not forged, repeated, reordered
    assert(LENGTH(header) <= WORDS - AT(position));
    word = 1
  };
#ifdef PUBLISH_BEFORE_READ
  published = position + LENGTH(header);
#endif
  do
  :: d_step {
      word < LENGTH(header) ->
      assert(ring[AT(position + word)] == taken); // not torn
      word++
    }
  :: d_step {
      word == LENGTH(header) ->
      partial = (header & MORE) != 0;
      delivered = (partial -> delivered : delivered + 1);
      position = position + LENGTH(header);
      expected[taken] = 0;
      taken++;
      header = 0;
      word = 0
    };
    break
  od
}

#ifdef NOT_PUBLISHED_AT_END_OF_TAKE
#define TAKE_NOT_ENDED false
#define END_OF_TAKE skip
#else
#define TAKE_NOT_ENDED (published != position)
#define END_OF_TAKE published = position
#endif

proctype Reader() {
  byte position, header, word, taken, delivered;
  byte promised = NONE;
  bool partial, eof;
  {
    do
    :: control ? promised
    :: d_step { !eof && EOF(W) && empty(control) -> eof = true }
#ifdef NO_READ_AFTER_EOF
    :: eof -> goto report
#endif
#ifdef CLOSE_TAKES_EFFECT_AT_ONCE
    :: promised != NONE -> goto report
#endif
#ifdef END_ON_TIMEOUT
    :: published == position -> goto report
#endif
    :: ring[AT(position)] != 0 || TAKE_NOT_ENDED || eof || promised == delivered ->
      header = ring[AT(position)];
      if
      :: header == 0 ->
        END_OF_TAKE;
        if
        :: eof || promised == delivered -> goto report
        :: else
        fi
      :: header & PADDING ->
        d_step {
          assert(LENGTH(header) == WORDS - AT(position));
          position = position + LENGTH(header);
          header = 0
        }
      :: else ->
        take_record();
        if
        :: published = position // within a take, as after a quarter of the ring
        :: skip
        fi
      fi
    od;
report:
#ifdef HALF_MESSAGE_AT_END
    delivered = delivered + partial;
#endif
    assert(delivered == whole);
    if
    :: promised == NONE -> assert(dead[W])
    :: else -> assert(promised == delivered && !partial)
    fi;
    left[R] = true
  } unless { dead[R] }
}

init {
  atomic {
    run Writer();
    run Reader();
    if
    :: goto end // nobody dies
    :: skip
    fi
  };
  if
  :: dead[W] = true
  :: dead[R] = true
  fi;
end:
  skip
}
