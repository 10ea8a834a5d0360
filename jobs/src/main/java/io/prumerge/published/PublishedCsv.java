package io.prumerge.published;

import io.prumerge.benchmark.file.TextEncoding;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import io.prumerge.source.DataException;
import io.prumerge.source.TsvRow;
import io.prumerge.source.TsvTable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Figures as CSV or TSV, a line each. */
final class PublishedCsv {

  private static final List<String> REQUIRED =
      List.of("method", "model", "benchmark", "metric", "score");

  private static final List<String> KNOWN =
      List.of(
          "method",
          "model",
          "benchmark",
          "metric",
          "split",
          "prompts",
          "profile",
          "tokens",
          "score",
          "source",
          "remark");

  private static final int LONGEST = 60;

  private final String file;

  /** The file's names of the columns by ours; blank ones have a name like it. */
  private final Map<String, String> columns = new LinkedHashMap<>();

  private PublishedCsv(String file, List<String> header) {
    this.file = file;
    for (String given : header) {
      String name = given.strip().toLowerCase(Locale.ROOT);
      if (!name.isEmpty() && !KNOWN.contains(name)) {
        throw new DataException(
            Text.format(
                "%s: the header has an unknown column '%s'; known: %s%s",
                file,
                Texts.inLine(given, LONGEST),
                String.join(", ", KNOWN),
                Unknown.suggestion(name, KNOWN)));
      }
      if (columns.putIfAbsent(name, given) != null) {
        throw new DataException(
            Text.format("%s: the header has the column '%s' twice", file, name));
      }
    }
    List<String> lacking = REQUIRED.stream().filter(one -> !columns.containsKey(one)).toList();
    if (!lacking.isEmpty()) {
      throw new DataException(
          Text.format(
              "%s: the header lacks %s; it has: %s",
              file,
              String.join(", ", lacking),
              Texts.inLine(String.join(", ", header), 3 * LONGEST)));
    }
  }

  /** Reads a file. */
  static PublishedFile read(Path path, Configuration hadoop) throws IOException {
    Charset charset = TextEncoding.of(path, hadoop);
    TsvTable table =
        path.getName().toLowerCase(Locale.ROOT).endsWith(".tsv")
            ? TsvTable.open(path, charset, hadoop)
            : TsvTable.openCsv(path, charset, hadoop);
    PublishedCsv csv = new PublishedCsv(path.getName(), table.columns());
    List<PublishedFigure> figures = new ArrayList<>();
    table.read(
        row -> {
          if (!csv.isBlank(row)) {
            figures.add(csv.figure(row));
          }
        });
    return new PublishedFile(path.getName(), figures, List.of());
  }

  // Spreadsheets write lines of separators alone below a table.
  private boolean isBlank(TsvRow row) {
    return columns.keySet().stream().allMatch(name -> text(row, name).isEmpty());
  }

  private PublishedFigure figure(TsvRow row) {
    row.requireWhole();
    if (text(row, "").isPresent()) {
      throw row.error("a cell has a text below a column without a name");
    }
    Optional<String> tokens = text(row, "tokens");
    return PublishedFigure.builder(row.where())
        .method(required(row, "method"))
        .model(required(row, "model"))
        .benchmark(required(row, "benchmark"))
        .metric(required(row, "metric"))
        .split(text(row, "split"))
        .prompts(text(row, "prompts"))
        .profile(text(row, "profile"))
        .tokens(
            tokens.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(number(row, "tokens", tokens.get(), PrintedNumber::tokens)))
        .score(number(row, "score", required(row, "score"), PrintedNumber::score))
        .source(text(row, "source"))
        .remark(text(row, "remark"))
        .build();
  }

  private static double number(
      TsvRow row, String column, String text, ToDoubleFunction<String> reader) {
    try {
      return reader.applyAsDouble(Texts.inLine(text, LONGEST));
    } catch (IllegalArgumentException e) {
      throw row.error(Text.format("'%s' %s", column, e.getMessage()));
    }
  }

  private String required(TsvRow row, String column) {
    return text(row, column)
        .orElseThrow(() -> row.error(Text.format("'%s' is empty; every row has one", column)));
  }

  private Optional<String> text(TsvRow row, String column) {
    return Optional.ofNullable(columns.get(column))
        .flatMap(row::optionalText)
        .map(text -> text.replace('\u00a0', ' ').strip())
        .filter(text -> !text.isEmpty());
  }
}
