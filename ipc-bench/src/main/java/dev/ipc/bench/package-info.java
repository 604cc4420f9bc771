// SPDX-License-Identifier: Apache-2.0
/** Measures contenders side by side, each between two processes, in rounds that take turns. */
package dev.ipc.bench;
