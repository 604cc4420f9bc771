// SPDX-License-Identifier: Apache-2.0
package dev.ipc.demo;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** What became of one transport: what the children said, or a note why there were none. */
record Row(String name, Map<Line.Word, String> said, String note) {
  Row {
    Map<Line.Word, String> copy = new EnumMap<>(Line.Word.class);
    copy.putAll(said);
    said = copy;
  }

  static Row without(String name, String note) {
    return new Row(name, Map.of(), note);
  }

  /** A percentile of the round trip in nanoseconds: 0 for the median, 1 for the 99th. */
  OptionalDouble roundTrip(int which) {
    String times = said.get(Line.Word.ROUND_TRIP);
    if (times == null) {
      return OptionalDouble.empty();
    }
    int space = times.indexOf(' ');
    return OptionalDouble.of(
        Double.parseDouble(which == 0 ? times.substring(0, space) : times.substring(space + 1)));
  }

  OptionalDouble number(Line.Word word) {
    String value = said.get(word);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(value));
  }

  /** Nanoseconds for people. */
  static String time(double nanos) {
    if (nanos < 10_000) {
      return String.format(Locale.ROOT, "%.2f µs", nanos / 1e3);
    }
    return nanos < 1e6
        ? String.format(Locale.ROOT, "%.1f µs", nanos / 1e3)
        : String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }

  /** A rate for people. */
  static String rate(double perSecond) {
    return perSecond < 1e6
        ? String.format(Locale.ROOT, "%,.0f k", perSecond / 1e3)
        : String.format(Locale.ROOT, "%.1f M", perSecond / 1e6);
  }
}
