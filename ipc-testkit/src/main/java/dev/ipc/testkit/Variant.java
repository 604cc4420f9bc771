// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import java.util.Locale;
import java.util.stream.Stream;

/** How one run of a rule is cast: how messages are received, and which end is under the lens. */
record Variant(Form form, Side near) {
  /** How a channel's messages are received. */
  enum Form {
    PUSHED,
    PULLED
  }

  /** Which end of the connection the test holds in its own hands; the far end has the other. */
  enum Side {
    CONNECTING,
    ACCEPTING
  }

  static Stream<Variant> all() {
    return Stream.of(Form.values())
        .flatMap(form -> Stream.of(Side.values()).map(side -> new Variant(form, side)));
  }

  static Stream<Variant> few() {
    return Stream.of(
        new Variant(Form.PUSHED, Side.CONNECTING), new Variant(Form.PULLED, Side.ACCEPTING));
  }

  Variant pulled() {
    return new Variant(Form.PULLED, near);
  }

  @Override
  public String toString() {
    return (form + ", near end " + near).toLowerCase(Locale.ROOT);
  }
}
