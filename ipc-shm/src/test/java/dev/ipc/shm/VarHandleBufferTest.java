// SPDX-License-Identifier: Apache-2.0
package dev.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.agrona.AsciiNumberFormatException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our buffer means what Agrona's interface means, and never leaves its memory. */
@Tag("portable")
class VarHandleBufferTest {
  private static final int CAPACITY = 128;
  private static final int CALLS = 200_000;

  private final AtomicBuffer buffer = new VarHandleBuffer(ByteBuffer.allocateDirect(CAPACITY));

  @Test
  void wordsComeBackInEveryMode() {
    buffer.putLong(8, 1);
    assertEquals(1, buffer.getAndAddLong(8, 4));
    assertEquals(5, buffer.getAndSetLong(8, 7));
    assertTrue(buffer.compareAndSetLong(8, 7, 9));
    assertEquals(9, buffer.compareAndExchangeLong(8, 7, 1));
    assertEquals(9, buffer.addLongRelease(8, 1));
    assertEquals(10, buffer.addLongOpaque(8, 1));
    assertEquals(11, buffer.getLongVolatile(8));
    buffer.putIntRelease(4, -5);
    assertEquals(-5, buffer.getIntAcquire(4));
    assertEquals(-5, buffer.getAndSetInt(4, 6));
    assertTrue(buffer.compareAndSetInt(4, 6, 7));
    assertEquals(7, buffer.addIntOpaque(4, 1));
    assertEquals(8, buffer.getIntOpaque(4));
    buffer.putByteVolatile(1, (byte) 3);
    assertEquals(3, buffer.getByteVolatile(1));
    buffer.putLong(17, 0x0102030405060708L, ByteOrder.BIG_ENDIAN);
    assertEquals(0x01, buffer.getByte(17));
    assertEquals(0x0807060504030201L, buffer.getLong(17, ByteOrder.LITTLE_ENDIAN));
    buffer.putDouble(32, -0.5);
    assertEquals(-0.5, buffer.getDouble(32));
  }

  @Test
  void textsComeBack() {
    assertEquals(4 + 5, buffer.putStringAscii(0, "abcd\u00e9"));
    assertEquals("abcd?", buffer.getStringAscii(0));
    buffer.putStringUtf8(16, "\u00e9t\u00e9", ByteOrder.BIG_ENDIAN);
    assertEquals("\u00e9t\u00e9", buffer.getStringUtf8(16, ByteOrder.BIG_ENDIAN));
    assertThrows(IllegalArgumentException.class, () -> buffer.putStringUtf8(0, "abc", 2));
    assertEquals(11, buffer.putIntAscii(32, Integer.MIN_VALUE));
    assertEquals(Integer.MIN_VALUE, buffer.parseIntAscii(32, 11));
    buffer.putNaturalPaddedIntAscii(64, 5, 42);
    assertEquals("00042", buffer.getStringWithoutLengthAscii(64, 5));
    assertEquals(67, buffer.putNaturalIntAsciiFromEnd(99, 69));
    assertEquals(99, buffer.parseNaturalIntAscii(67, 2));
    buffer.putStringWithoutLengthAscii(80, "-1+2x99999999999");
    for (int[] wrong : new int[][] {{80, 2}, {82, 2}, {84, 2}, {85, 11}, {85, 0}}) {
      assertThrows(
          AsciiNumberFormatException.class, () -> buffer.parseNaturalIntAscii(wrong[0], wrong[1]));
    }
  }

  @Test
  void itsMemoryIsForLife() {
    assertThrows(UnsupportedOperationException.class, () -> buffer.wrap(new byte[8]));
    assertThrows(UnsupportedOperationException.class, buffer::addressOffset);
    ByteBuffer heap = ByteBuffer.allocate(8);
    assertThrows(IllegalArgumentException.class, () -> new VarHandleBuffer(heap));
  }

  /** Every method that takes an index, at every wrong one. */
  @Test
  void nothingIsReachedOutside() throws IllegalAccessException {
    int refused = 0;
    for (Method method : methods()) {
      Class<?>[] types = method.getParameterTypes();
      if (types.length == 0
          || types[0] != int.class
          || !method.getName().matches("(get|put|add[IL]|comp).*(?<!FromEnd)")) {
        continue;
      }
      for (int index :
          new int[] {Integer.MIN_VALUE, -8, -1, CAPACITY, CAPACITY + 1, Integer.MAX_VALUE - 3}) {
        Object[] arguments = arguments(types, new Random(1));
        arguments[0] = index;
        try {
          method.invoke(buffer, arguments);
        } catch (InvocationTargetException e) {
          Throwable cause = e.getCause();
          boolean tooLong =
              method.getName().equals("putStringUtf8") && cause instanceof IllegalArgumentException;
          assertTrue(
              tooLong || cause instanceof IndexOutOfBoundsException, () -> method + ": " + cause);
          refused++;
        }
      }
    }
    assertTrue(refused > 300, "refused=" + refused);
    for (int i = 0; i < CAPACITY; i++) {
      assertEquals(0, buffer.getByte(i));
    }
  }

  /** The same calls with the same arguments leave the same bytes and give the same results. */
  @Test
  void itDoesWhatAgronasOwnDoes() throws IllegalAccessException {
    Assumptions.assumeTrue(Buffers.unsafeWorks(), "needs --add-exports");
    long seed = Long.getLong("ipc.seed", System.nanoTime());
    System.out.println("VarHandleBufferTest: -Dipc.seed=" + seed);
    Random random = new Random(seed);
    AtomicBuffer agronas = new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY));
    List<Method> methods = methods();
    for (int call = 0; call < CALLS; call++) {
      Method method = methods.get(random.nextInt(methods.size()));
      if (!method.getName().matches("(get|put|add[IL]|comp|set).*") || skipped(method)) {
        continue;
      }
      long arguments = random.nextLong();
      Object expected = result(method, agronas, new Random(arguments));
      assertEquals(expected, result(method, buffer, new Random(arguments)), method::toString);
      byte[] ours = new byte[CAPACITY];
      byte[] theirs = new byte[CAPACITY];
      buffer.getBytes(0, ours);
      agronas.getBytes(0, theirs);
      assertArrayEquals(theirs, ours, method::toString);
    }
  }

  /** What is undefined for random arguments: texts whose length stands in the random bytes. */
  private static boolean skipped(Method method) {
    return (method.getName().contains("String") && method.getName().startsWith("get"))
        || method.getName().contains("Natural");
  }

  private static Object result(Method method, AtomicBuffer on, Random random)
      throws IllegalAccessException {
    Object[] arguments = arguments(method.getParameterTypes(), random);
    try {
      Object result = method.invoke(on, arguments);
      List<Object> all = new ArrayList<>();
      all.add(result == null ? "" : result);
      for (Object argument : arguments) {
        all.add(argument instanceof byte[] bytes ? Arrays.toString(bytes) : text(argument));
      }
      return all.toString();
    } catch (InvocationTargetException e) {
      return "refused";
    }
  }

  private static Object text(Object argument) {
    return argument instanceof DirectBuffer other ? other.getLong(0) : argument;
  }

  /** The methods of the interface, in an order that is always the same. */
  private static List<Method> methods() {
    return Arrays.stream(AtomicBuffer.class.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> !method.getName().equals("compareTo"))
        .sorted(Comparator.comparing(Method::toString))
        .toList();
  }

  private static Object[] arguments(Class<?>[] types, Random random) {
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      arguments[i] = argument(types[i], random, i);
    }
    return arguments;
  }

  /** Aligned indices first, then small numbers. */
  private static Object argument(Class<?> type, Random random, int place) {
    if (type == int.class) {
      return place == 0 ? 8 * random.nextInt(CAPACITY / 16) : random.nextInt(9);
    } else if (type == long.class) {
      return random.nextLong();
    } else if (type == short.class) {
      return (short) random.nextInt();
    } else if (type == char.class) {
      return (char) random.nextInt();
    } else if (type == byte.class) {
      return (byte) random.nextInt();
    } else if (type == double.class) {
      return random.nextDouble();
    } else if (type == float.class) {
      return random.nextFloat();
    } else if (type == ByteOrder.class) {
      return random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    } else if (type == byte[].class) {
      return new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
    } else if (type == ByteBuffer.class) {
      return ByteBuffer.wrap(new byte[24]).position(1);
    } else if (type == DirectBuffer.class || type == MutableDirectBuffer.class) {
      return Buffers.over(ByteBuffer.allocateDirect(24));
    } else if (type == Appendable.class) {
      return new StringWriter();
    }
    return "text\u00e9";
  }
}
