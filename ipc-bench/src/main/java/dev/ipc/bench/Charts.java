// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/** Draws the most telling figure of each system as bars on a logarithmic scale. */
final class Charts {
  private static final int HEIGHT = 600;
  private static final int WIDTH = 300;
  private static final int WIDTH_OF_A_BAR = 45;

  private Charts() {}

  static void write(Results results, Path directory) throws IOException {
    Metric metric =
        switch (results.question().measure()) {
          case ROUND_TRIP, RESTED -> Metric.P50;
          case ONE_WAY -> Metric.RATE;
          case IDLE -> Metric.MEMORY;
        };
    List<String> systems =
        results.systems().stream().filter(s -> results.values(s, metric).length > 0).toList();
    if (systems.isEmpty()) {
      return;
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH + WIDTH_OF_A_BAR * systems.size())
            .height(HEIGHT)
            .title(results.question().title())
            .yAxisTitle(metric.title() + ", " + metric.unit())
            .build();
    chart.getStyler().setYAxisLogarithmic(true).setXAxisLabelRotation(60).setLegendVisible(false);
    List<Double> figures =
        systems.stream().map(s -> Results.median(results.values(s, metric))).toList();
    double least = figures.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least))));
    chart.addSeries(metric.title(), systems, figures);
    String name = results.question().title().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    BitmapEncoder.saveBitmap(
        chart, directory.resolve(name).toString(), BitmapEncoder.BitmapFormat.PNG);
  }
}
