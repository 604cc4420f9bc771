// SPDX-License-Identifier: Apache-2.0
/** What the contenders of third parties share; they lie in projects of their own. */
package dev.ipc.bench.peer;
