// SPDX-License-Identifier: Apache-2.0
/** Our transports. */
package dev.ipc.bench.ours;
