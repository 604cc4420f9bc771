// SPDX-License-Identifier: Apache-2.0
/**
 * Messages between processes: one {@link dev.ipc.Channel} over every mechanism the operating system
 * offers. Start at {@link dev.ipc.Ipc}.
 */
package dev.ipc;
