// SPDX-License-Identifier: Apache-2.0
package dev.ipc.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Fields that are read and written with an order of their own. Any thread may call. */
public final class Fields {
  private Fields() {}

  /**
   * The handle of a field, to be kept in a constant.
   *
   * @param lookup of the class that uses the handle
   * @param in the class that has the field
   * @param name the field's
   * @param type the field's
   * @return the handle
   * @throws ExceptionInInitializerError if there is no such field
   */
  public static VarHandle handle(
      MethodHandles.Lookup lookup, Class<?> in, String name, Class<?> type) {
    try {
      return lookup.findVarHandle(in, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
