// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import org.agrona.concurrent.AtomicBuffer;

/**
 * A side of a ring that dies after its n-th store to shared memory: its buffers throw {@link Death}
 * from then on. A store of many bytes that would be the next one is done by half.
 */
final class Mortal {
  /** Ends whoever stores. */
  static final class Death extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Death() {
      super("planned", null, false, false);
    }
  }

  private int left = Integer.MAX_VALUE;

  /** The same ring as this side sees it. */
  Ring ring(Ring ring) {
    return new Ring(mortal(ring.words()), mortal(ring.data()));
  }

  /** The same line as this side sees it. */
  AtomicBuffer line(AtomicBuffer line) {
    return mortal(line);
  }

  void dieAfter(int stores) {
    left = stores;
  }

  void liveOn() {
    left = Integer.MAX_VALUE;
  }

  private AtomicBuffer mortal(AtomicBuffer buffer) {
    return (AtomicBuffer)
        Proxy.newProxyInstance(
            Mortal.class.getClassLoader(),
            new Class<?>[] {AtomicBuffer.class},
            (proxy, method, arguments) -> call(buffer, method, arguments));
  }

  private Object call(AtomicBuffer buffer, Method method, Object[] arguments) throws Throwable {
    String name = method.getName();
    if (name.startsWith("put")) {
      if (left == 0) {
        if (name.equals("putBytes")) {
          putHalf(buffer, arguments);
        }
        throw new Death();
      }
      left--;
    } else if (!name.startsWith("get") && !name.equals("capacity") && !name.equals("byteBuffer")) {
      throw new AssertionError("a ring should not call " + name);
    }
    try {
      return method.invoke(buffer, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void putHalf(AtomicBuffer buffer, Object[] arguments) {
    int length = (int) arguments[3] / 2;
    buffer.putBytes((int) arguments[0], (ByteBuffer) arguments[1], (int) arguments[2], length);
  }
}
