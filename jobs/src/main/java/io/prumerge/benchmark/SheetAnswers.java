package io.prumerge.benchmark;

import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.SheetRow;
import io.prumerge.source.XlsxReader;
import io.prumerge.source.XlsxWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * An xlsx file with a column {@code index} and a column {@code prediction}, as written by
 * VLMEvalKit and as submitted to MMBench's server.
 *
 * @param ofMmBench whether an index must be a whole number, and {@code answer} is the right letter
 */
public record SheetAnswers(boolean ofMmBench) implements AnswerFormat {

  public static final String INDEX = "index";
  public static final String PREDICTION = "prediction";

  /** The right letter, in sheets about files that have it. */
  private static final String ANSWER = "answer";

  private static final String DIGITS = "-?\\d{1,18}";

  private static final Pattern FLOATING =
      Pattern.compile("-?(\\d{1,18}\\.0+|\\d(\\.\\d{1,17})?E\\+?\\d{1,2})");

  @Override
  public boolean recognises(Path path, Configuration hadoop) {
    return PackedFile.hasEnding(path, XlsxWriter.ENDING);
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    List<String> header = new ArrayList<>();
    leftOut.<SheetRow>read(
        rows ->
            XlsxReader.read(
                path,
                hadoop,
                row -> {
                  if (header.isEmpty()) {
                    header.addAll(row.cells().stream().map(cell -> cell.orElse("")).toList());
                    requireColumns(header, path);
                  } else if (row.cells().stream().anyMatch(Optional::isPresent)) {
                    rows.accept(row);
                  }
                }),
        row -> sink.accept(answer(row, header)));
  }

  private static void requireColumns(List<String> header, Path path) {
    for (String column : List.of(INDEX, PREDICTION)) {
      if (!header.contains(column)) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s has no column '%s' in its first row; its columns: %s",
                path.getName(),
                column,
                String.join(", ", header)));
      }
    }
  }

  private GivenAnswer answer(SheetRow row, List<String> header) {
    String index =
        row.cell(header.indexOf(INDEX))
            .orElseThrow(() -> new DataException(row.where() + ": 'index' is empty"));
    return GivenAnswer.of(
            key(index, row), row.written(header.indexOf(PREDICTION)).orElse(""), row.where())
        .withTruth(
            ofMmBench && header.contains(ANSWER)
                ? row.cell(header.indexOf(ANSWER)).filter(letter -> !letter.isBlank())
                : Optional.empty());
  }

  private String key(String index, SheetRow row) {
    String key = whole(index);
    if (ofMmBench && !key.matches(DIGITS)) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: expected a whole number in 'index', found '%s'",
              row.where(),
              index));
    }
    return key;
  }

  /**
   * Returns an index as the questions have it. Sheets hold numbers as floating point: {@code 241.0}
   * and {@code 1.000241E6} are whole; {@code 007} is a text.
   */
  public static String whole(String index) {
    if (!FLOATING.matcher(index).matches()) {
      return index;
    }
    try {
      return Long.toString(new BigDecimal(index).longValueExact());
    } catch (ArithmeticException e) {
      return index; // there is a fraction
    }
  }
}
