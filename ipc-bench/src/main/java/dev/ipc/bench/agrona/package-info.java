// SPDX-License-Identifier: Apache-2.0
/** Agrona's rings. */
package dev.ipc.bench.agrona;
