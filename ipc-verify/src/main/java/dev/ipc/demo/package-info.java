// SPDX-License-Identifier: Apache-2.0
/**
 * The demo: real content and measurements between two processes, over every installed transport.
 */
package dev.ipc.demo;
