package io.prumerge.score;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the metrics of the executors' plugin from Spark's CSV sink: a file per executor and metric.
 */
public record MetricFiles(Path folder) {

  private static final String PLUGIN = "plugin.io.prumerge.spark.PrumergePlugin";

  /**
   * Returns the last value of a counter, summed over the executors of the application that began
   * last.
   */
  public long total(String counter) throws IOException {
    return values(counter).stream().mapToLong(values -> values.get(values.size() - 1)).sum();
  }

  /**
   * Returns the values of a metric over time, a list for each executor of the application that
   * began last.
   */
  public List<List<Long>> values(String metric) throws IOException {
    String last = files(metric).map(MetricFiles::application).max(String::compareTo).orElseThrow();
    List<List<Long>> executors = new ArrayList<>();
    for (Path file : files(metric).filter(file -> application(file).equals(last)).toList()) {
      executors.add(
          Files.readAllLines(file).stream()
              .skip(1) // the header; then time,value
              .map(line -> Long.valueOf(line.split(",")[1]))
              .toList());
    }
    return executors;
  }

  /** Files are named APPLICATION.EXECUTOR.plugin.CLASS.METRIC.csv. */
  private Stream<Path> files(String metric) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith("." + PLUGIN + "." + metric + ".csv"))
          .toList()
          .stream();
    }
  }

  private static String application(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.indexOf('.'));
  }
}
