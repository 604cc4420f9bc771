// SPDX-License-Identifier: Apache-2.0
/** What the JDK has without a library. */
package dev.ipc.bench.jdk;
