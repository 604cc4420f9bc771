// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Chooses how shared memory is accessed: by Agrona's {@link UnsafeBuffer} where the JVM was started
 * with {@code --add-exports java.base/jdk.internal.misc=ALL-UNNAMED}, which is a little faster,
 * else by our {@link VarHandleBuffer}. Agrona's bounds checks can be off in the whole process, so
 * nobody here counts on them.
 */
final class Buffers {
  /** Forces one of {@code unsafe} and {@code varhandle}; for tests. */
  static final String PROPERTY = "ipc.shm.buffer";

  private static final boolean UNSAFE = choose(System.getProperty(PROPERTY, ""));

  private Buffers() {}

  /** Over all of a direct buffer, whatever its position and limit. */
  static AtomicBuffer over(ByteBuffer buffer) {
    return UNSAFE ? new UnsafeBuffer(buffer) : new VarHandleBuffer(buffer);
  }

  /** Asked, not tried: the first failure would break Agrona's classes for the whole process. */
  static boolean unsafeWorks() {
    return Object.class.getModule().isExported("jdk.internal.misc", DirectBuffer.class.getModule());
  }

  private static boolean choose(String name) {
    return switch (name) {
      case "" -> unsafeWorks();
      case "unsafe" -> true;
      case "varhandle" -> false;
      default ->
          throw new IllegalArgumentException(
              "no such buffer: " + PROPERTY + "=" + name + ", take unsafe or varhandle");
    };
  }
}
