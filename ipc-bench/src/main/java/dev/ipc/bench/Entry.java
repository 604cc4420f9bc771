// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

/**
 * A contender and where its processes find it.
 *
 * @param contender only asked for its name and what it can do; its work is done by child processes
 * @param provider the class that provides it
 * @param classPath of the child processes
 */
record Entry(Contender contender, String provider, String classPath) {
  String name() {
    return contender.name();
  }
}
