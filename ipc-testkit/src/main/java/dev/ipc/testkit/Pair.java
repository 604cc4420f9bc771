// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import dev.ipc.Channel;
import dev.ipc.Listener;

/** A connection between the test and a far end, and the listener it was made over. */
record Pair(Channel near, LocalFarEnd far, Listener listener) {}
