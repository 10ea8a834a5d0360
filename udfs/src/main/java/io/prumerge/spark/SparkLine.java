package io.prumerge.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The line of Spark that this jar was built for, as Maven writes it into the jar. */
final class SparkLine {

  /** The first two numbers of its version, such as {@code 3.5}. */
  static final String BUILT = read();

  private SparkLine() {}

  private static String read() {
    try (InputStream line = SparkLine.class.getResourceAsStream("line.txt")) {
      return new String(line.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the resource line.txt", e);
    }
  }
}
