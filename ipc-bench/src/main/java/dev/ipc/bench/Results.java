// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** All samples of one question, in the order in which they were taken. */
final class Results {
  private final Question question;
  private final List<Sample> samples = new ArrayList<>();

  Results(Question question) {
    this.question = question;
  }

  Question question() {
    return question;
  }

  void add(Sample sample) {
    samples.add(sample);
  }

  List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** In the order of their first samples. */
  List<String> systems() {
    return samples.stream().map(Sample::system).distinct().toList();
  }

  /** The undisturbed figures of a system. */
  double[] values(String system, Metric metric) {
    return sound(system, metric).mapToDouble(sample -> sample.value(metric)).toArray();
  }

  int disturbed(String system) {
    return (int) samples.stream().filter(s -> s.system().equals(system) && s.disturbed()).count();
  }

  /** All undisturbed round trips of a system in one histogram. */
  Optional<Histogram> times(String system) {
    return sound(system, Metric.P50)
        .map(sample -> sample.figures().times().orElseThrow().copy())
        .reduce(
            (sum, times) -> {
              sum.add(times);
              return sum;
            });
  }

  /** One system's figure divided by another's, for each round in which both were undisturbed. */
  double[] ratios(String one, String other, Metric metric) {
    return sound(one, metric)
        .flatMapToDouble(
            sample ->
                sound(other, metric)
                    .filter(s -> s.round() == sample.round())
                    .filter(s -> s.disturbance().comparable(sample.disturbance()))
                    .mapToDouble(s -> sample.value(metric) / s.value(metric))
                    .limit(1))
        .toArray();
  }

  private Stream<Sample> sound(String system, Metric metric) {
    return samples.stream()
        .filter(s -> s.system().equals(system) && !s.disturbed() && s.has(metric));
  }

  static double median(double... values) {
    return Quartiles.of(DoubleStream.of(values)).median();
  }
}
