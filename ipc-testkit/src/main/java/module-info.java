// SPDX-License-Identifier: Apache-2.0
/** The contract of {@code dev.ipc} as JUnit tests, for authors of transports. */
module dev.ipc.testkit {
  requires transitive dev.ipc.api;
  requires transitive org.junit.jupiter.api;
  requires java.management;
  requires static org.junit.platform.launcher;

  exports dev.ipc.testkit;

  opens dev.ipc.testkit;

  uses dev.ipc.Transport;
}
