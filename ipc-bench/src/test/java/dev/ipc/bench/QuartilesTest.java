// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("portable")
class QuartilesTest {
  @Test
  void theMiddleHalfOfFiveValuesInAnyOrder() {
    assertEquals(new Quartiles(2, 3, 4, 5), Quartiles.of(DoubleStream.of(5, 1, 4, 2, 3)));
  }

  @Test
  void betweenTwoValuesIsTheLineBetweenThem() {
    assertEquals(new Quartiles(1.75, 2.5, 3.25, 4), Quartiles.of(DoubleStream.of(4, 3, 2, 1)));
  }

  @Test
  void oneValueIsItsOwnMiddle() {
    assertEquals(new Quartiles(7, 7, 7, 1), Quartiles.of(DoubleStream.of(7)));
  }

  @Test
  void nothingHasNoMiddle() {
    Quartiles none = Quartiles.of(DoubleStream.empty());
    assertEquals(0, none.count());
    assertTrue(Double.isNaN(none.median()));
  }
}
