package io.prumerge.score;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads the metrics of the executors' plugin from Spark's CSV sink: a file per executor and metric.
 */
public record MetricFiles(Path folder) {

  private static final String PLUGIN = "plugin.io.prumerge.spark.PrumergePlugin";

  /** Returns the last value of a counter, summed over the executors of the last application. */
  public long total(String counter) throws IOException {
    String last = files(counter).map(MetricFiles::application).max(String::compareTo).orElseThrow();
    long total = 0;
    for (Path file : files(counter).filter(file -> application(file).equals(last)).toList()) {
      List<String> lines = Files.readAllLines(file); // a header, then t,count
      total += Long.parseLong(lines.get(lines.size() - 1).split(",")[1]);
    }
    return total;
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
