package io.prumerge.benchmark;

import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.RecordTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A CSV, TSV or xlsx file of answers, with a column of the questions' ids and one of texts.
 *
 * @param columns those that it may have, by the first that it has
 * @param truth column of right answers, which must be the questions'
 */
public record TableAnswers(List<AnswerColumns> columns, Optional<String> truth)
    implements AnswerFormat {

  /** The columns of VLMEvalKit's tables, and of those handed in to MMBench's server. */
  public static final String INDEX = "index";

  public static final String PREDICTION = "prediction";

  /** Matches answers by any id. */
  public static final TableAnswers BY_ID =
      new TableAnswers(
          List.of(
              new AnswerColumns("question_id", "text", UnaryOperator.identity()),
              new AnswerColumns(INDEX, PREDICTION, TableAnswers::whole)),
          Optional.empty());

  private static final Pattern FLOATING =
      Pattern.compile("-?(\\d{1,18}\\.0+|\\d(\\.\\d{1,17})?E\\+?\\d{1,2})");

  public TableAnswers {
    columns = List.copyOf(columns);
  }

  @Override
  public boolean recognises(Path path, Configuration hadoop) {
    return RecordTable.SHEETS.stream().anyMatch(ending -> PackedFile.hasEnding(path, ending));
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    AnswerColumns found =
        AnswerColumns.in(columns, RecordTable.columns(path, hadoop), path.getName() + ":1", "");
    RecordTable.read(
        path,
        hadoop,
        leftOut,
        row ->
            sink.accept(
                found
                    .answer(
                        row.text(found.id())
                            .orElseThrow(() -> row.error("'" + found.id() + "' is empty")),
                        row.value(found.text()).asText(),
                        row.where())
                    .withTruth(truth.flatMap(row::text))));
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
