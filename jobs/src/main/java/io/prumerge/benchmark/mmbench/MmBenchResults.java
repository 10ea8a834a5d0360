package io.prumerge.benchmark.mmbench;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Submission;
import io.prumerge.source.DataException;
import io.prumerge.source.XlsxReader;
import io.prumerge.source.XlsxWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * An xlsx file with a column {@code index} and a column {@code prediction}, as submitted to
 * MMBench's server and as written by VLMEvalKit.
 */
final class MmBenchResults implements AnswerFormat {

  static final String INDEX = "index";
  static final String PREDICTION = "prediction";

  /** The right letter, in sheets about files that have it. */
  private static final String ANSWER = "answer";

  @Override
  public boolean recognises(Path path, Configuration hadoop) {
    return path.getName().endsWith(XlsxWriter.ENDING);
  }

  @Override
  public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException {
    List<String> header = new ArrayList<>();
    XlsxReader.read(
        path,
        hadoop,
        row -> {
          if (header.isEmpty()) {
            header.addAll(row.cells().stream().map(cell -> cell.orElse("")).toList());
            requireColumns(header, path);
          } else {
            answer(row, header).ifPresent(sink);
          }
        });
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

  private static Optional<GivenAnswer> answer(XlsxReader.SheetRow row, List<String> header) {
    if (row.cells().stream().allMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    String index =
        row.cell(header.indexOf(INDEX))
            .orElseThrow(() -> new DataException(row.where() + ": 'index' is empty"));
    return Optional.of(
        GivenAnswer.of(
                key(index, row), row.cell(header.indexOf(PREDICTION)).orElse(""), row.where())
            .withTruth(
                header.contains(ANSWER)
                    ? row.cell(header.indexOf(ANSWER)).filter(letter -> !letter.isBlank())
                    : Optional.empty()));
  }

  /** Sheets hold numbers as floating point: {@code 241.0} and {@code 1.000241E6} are whole. */
  private static String key(String index, XlsxReader.SheetRow row) {
    try {
      return Long.toString(new BigDecimal(index).longValueExact());
    } catch (ArithmeticException | NumberFormatException e) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: expected a whole number in 'index', found '%s'",
              row.where(),
              index),
          e);
    }
  }

  /**
   * The sheet for MMBench's server, as written by LLaVA's {@code
   * convert_mmbench_for_submission.py}: {@code index, question, A, B, C, D, prediction, answer,
   * split}; {@code answer} and {@code split} only if the source has them.
   *
   * @param name of the file, without its ending
   */
  record Export(String name) implements Submission {

    @Override
    public void write(Iterator<Answered> answers, Path folder, Configuration hadoop)
        throws IOException {
      Path file = new Path(folder, name + XlsxWriter.ENDING);
      try (XlsxWriter sheet = new XlsxWriter(file.getFileSystem(hadoop).create(file, false))) {
        boolean started = false;
        while (answers.hasNext()) {
          Answered answered = answers.next();
          if (!started) {
            header(answered.question(), sheet);
            started = true;
          }
          row(answered, sheet);
        }
      }
    }

    private static void header(BenchmarkQuestion question, XlsxWriter sheet) throws IOException {
      List<Optional<String>> cells = new ArrayList<>();
      cells.add(Optional.of(MmBenchResults.INDEX));
      cells.add(Optional.of("question"));
      MmBenchRow.Columns.OPTIONS.forEach(letter -> cells.add(Optional.of(letter)));
      cells.add(Optional.of(MmBenchResults.PREDICTION));
      if (!question.answers().isEmpty()) {
        cells.add(Optional.of("answer"));
      }
      if (question.extra().containsKey(MmBench.SPLIT)) {
        cells.add(Optional.of("split"));
      }
      sheet.row(cells);
    }

    private static void row(Answered answered, XlsxWriter sheet) throws IOException {
      BenchmarkQuestion question = answered.question();
      List<Optional<String>> cells = new ArrayList<>();
      cells.add(Optional.of(question.question()));
      for (int i = 0; i < MmBenchRow.Columns.OPTIONS.size(); i++) {
        String option = i < question.options().size() ? question.options().get(i) : "";
        cells.add(Optional.of(option).filter(text -> !text.isEmpty()));
      }
      cells.add(Optional.of(answered.answer()));
      question.answers().stream().findFirst().map(Optional::of).ifPresent(cells::add);
      Optional.ofNullable(question.extra().get(MmBench.SPLIT))
          .map(Optional::of)
          .ifPresent(cells::add);
      sheet.row(question.fileId().longValue(), cells);
    }
  }
}
