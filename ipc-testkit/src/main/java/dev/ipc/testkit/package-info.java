// SPDX-License-Identifier: Apache-2.0
/**
 * The contract as JUnit tests. Extend {@link dev.ipc.testkit.TransportContract} to prove a transport;
 * {@code CONTRACT.md} has the rules.
 */
package dev.ipc.testkit;
