// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * Memory of a file that is given back when its owner says so: otherwise closed channels would hold
 * it until the garbage collector has reason to run.
 *
 * <p>Whoever unmaps has seen to it that no thread is inside the buffer or anything made of it, and
 * that none will be: before JDK 22 a late access meets whatever is mapped there by then, or ends
 * the process.
 */
final class Mapping {
  private final ByteBuffer buffer;
  private AutoCloseable memory;

  private Mapping(ByteBuffer buffer, AutoCloseable memory) {
    this.buffer = buffer;
    this.memory = memory;
  }

  /**
   * Maps the beginning of a file to be read and written. The channel may be closed afterwards.
   *
   * @param length in bytes; the file has them, or the map would make it longer
   */
  static Mapping of(FileChannel file, int length) throws IOException {
    try {
      return Arenas.EXIST ? Arenas.map(file, length) : Cleaners.map(file, length);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw unusable(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw unusable(e);
    }
  }

  /** All of the memory; not to be changed in position or limit. */
  ByteBuffer buffer() {
    return buffer;
  }

  /** Gives the memory back; again, it does nothing. */
  synchronized void unmap() {
    AutoCloseable mapped = memory;
    memory = null;
    if (mapped != null) {
      try {
        mapped.close();
      } catch (Exception e) {
        throw unusable(e);
      }
    }
  }

  private static IllegalStateException unusable(Throwable cause) {
    return new IllegalStateException("cannot map or unmap: cause=" + cause, cause);
  }

  /** JDK 22 and later: the arena ends, and the buffer says so to whoever comes late. */
  private static final class Arenas {
    static final boolean EXIST = Runtime.version().feature() >= 22;

    static Mapping map(FileChannel file, int length)
        throws ReflectiveOperationException, IOException {
      Class<?> type = Class.forName("java.lang.foreign.Arena");
      Method map = FileChannel.class.getMethod("map", MapMode.class, long.class, long.class, type);
      Method asByteBuffer =
          Class.forName("java.lang.foreign.MemorySegment").getMethod("asByteBuffer");
      AutoCloseable arena = (AutoCloseable) type.getMethod("ofShared").invoke(null);
      Object segment = map.invoke(file, MapMode.READ_WRITE, 0L, (long) length, arena);
      return new Mapping((ByteBuffer) asByteBuffer.invoke(segment), arena);
    }
  }

  /** JDK 17 to 21, where this needs no flag and prints no warning. */
  private static final class Cleaners {
    static Mapping map(FileChannel file, int length)
        throws ReflectiveOperationException, IOException {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field instance = type.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      Object unsafe = instance.get(null);
      Method clean = type.getMethod("invokeCleaner", ByteBuffer.class);
      ByteBuffer buffer = file.map(MapMode.READ_WRITE, 0, length);
      return new Mapping(buffer, () -> clean.invoke(unsafe, buffer));
    }
  }
}
