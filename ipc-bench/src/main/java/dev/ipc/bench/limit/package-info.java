// SPDX-License-Identifier: Apache-2.0
/** What the hardware allows. */
package dev.ipc.bench.limit;
