package io.prumerge.store;

import io.prumerge.source.PackedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Options by which Spark's reader would find columns that it does not find without them. */
final class SparkAdvice {

  /** Bytes of a file that are looked at. */
  private static final int LOOKED_AT = 1 << 16;

  private static final List<String> SEPARATORS = List.of(",", ";", "\t", "|");
  private static final String MULTI_LINE = "multiLine";
  private static final String HEADER = "header";
  private static final String SEPARATOR = "sep";

  /** What Spark writes for a quotation mark, or a backslash before one, in a cell. */
  private static final Pattern ESCAPED = Pattern.compile("\\\\.");

  private SparkAdvice() {}

  /**
   * Looks at the beginning of a file for such options.
   *
   * @param fits tells whether columns are those that are sought
   * @return the data with the options; empty if none are found
   */
  static Optional<SparkData> of(
      SparkData data, Path file, Predicate<Collection<String>> fits, Configuration hadoop)
      throws IOException {
    String text;
    try (InputStream bytes = PackedFile.bytes(file, hadoop)) {
      text = new String(bytes.readNBytes(LOOKED_AT), StandardCharsets.UTF_8).strip();
    }
    return switch (data.format()) {
      case "json" -> ofJson(data, text);
      case "csv" -> ofCsv(data, text, fits);
      default -> Optional.empty();
    };
  }

  /** An array, or an object that goes on in another line, is read by the file. */
  private static Optional<SparkData> ofJson(SparkData data, String text) {
    return text.startsWith("[") || text.lines().findFirst().filter("{"::equals).isPresent()
        ? Optional.of(data.with(MULTI_LINE, "true"))
        : Optional.empty();
  }

  private static Optional<SparkData> ofCsv(
      SparkData data, String text, Predicate<Collection<String>> fits) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    boolean goesOn =
        lines.stream()
            .anyMatch(
                line ->
                    ESCAPED.matcher(line).replaceAll("").replaceAll("[^\"]", "").length() % 2 > 0);
    SparkData whole = goesOn ? data.with(MULTI_LINE, "true") : data;
    Optional<SparkData> named =
        SEPARATORS.stream()
            .filter(separator -> fits.test(cells(lines.get(0), separator)))
            .findFirst()
            .map(separator -> whole.with(HEADER, "true").with(SEPARATOR, separator));
    return named.or(
        () ->
            SEPARATORS.stream()
                .filter(separator -> cells(lines.get(0), separator).size() > 1)
                .filter(
                    separator ->
                        lines.stream().map(line -> cells(line, separator).size()).distinct().count()
                            == 1)
                .findFirst()
                .map(separator -> whole.with(HEADER, "false").with(SEPARATOR, separator)));
  }

  private static List<String> cells(String line, String separator) {
    return Arrays.stream(line.replace("\uFEFF", "").split(Pattern.quote(separator)))
        .map(cell -> cell.strip().replaceAll("^\"|\"$", ""))
        .toList();
  }
}
