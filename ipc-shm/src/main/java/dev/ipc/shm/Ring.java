// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import org.agrona.concurrent.AtomicBuffer;

/**
 * The memory of one ring; what lies where is said in {@link SegmentLayout}. Two buffers, so that no
 * place in the data, however wrong, is a place among the words.
 *
 * @param words of {@link SegmentLayout#WORDS_LENGTH}
 * @param data its capacity is the ring's
 */
record Ring(AtomicBuffer words, AtomicBuffer data) {}
