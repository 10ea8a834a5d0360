package io.prumerge.benchmark.mmbench;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.FileIds;
import io.prumerge.benchmark.Submission;
import io.prumerge.source.XlsxWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The sheet for MMBench's server, as written by LLaVA's {@code convert_mmbench_for_submission.py}:
 * {@code index, question, A, B, C, D, prediction, answer, split}; {@code answer} and {@code split}
 * only if the source has them.
 *
 * @param name of the file, without its ending
 */
record MmBenchSubmission(String name) implements Submission {

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
    MmBenchColumns.OPTIONS.forEach(letter -> cells.add(Optional.of(letter)));
    cells.add(Optional.of(MmBenchResults.PREDICTION));
    if (!question.answers().isEmpty()) {
      cells.add(Optional.of("answer"));
    }
    if (question.extra().containsKey(MmBenchBenchmark.SPLIT)) {
      cells.add(Optional.of("split"));
    }
    sheet.row(cells);
  }

  private static void row(Answered answered, XlsxWriter sheet) throws IOException {
    BenchmarkQuestion question = answered.question();
    List<Optional<String>> cells = new ArrayList<>();
    cells.add(Optional.of(question.question()));
    for (int i = 0; i < MmBenchColumns.OPTIONS.size(); i++) {
      String option = i < question.options().size() ? question.options().get(i) : "";
      cells.add(Optional.of(option).filter(text -> !text.isEmpty()));
    }
    cells.add(Optional.of(answered.answer()));
    question.answers().stream().findFirst().map(Optional::of).ifPresent(cells::add);
    Optional.ofNullable(question.extra().get(MmBenchBenchmark.SPLIT))
        .map(Optional::of)
        .ifPresent(cells::add);
    sheet.row(FileIds.json(question).longValue(), cells);
  }
}
