package io.prumerge.benchmark.mme;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.mme.MmeBenchmark.Tasks;
import io.prumerge.benchmark.mme.MmeLabels.Label;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.TextLines;
import io.prumerge.store.OutputFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * MME's result folder: a file {@code TASK.txt} per task with lines {@code image TAB question TAB
 * truth TAB response}. The official tool's {@code Your_Results} is such a folder without responses.
 */
final class MmeResults implements AnswerFormat {

  static final String ENDING = ".txt";

  private static final int WITHOUT_RESPONSE = 3;
  private static final int WITH_RESPONSE = 4;

  /** A line of a result file; {@code response} is empty if the column is absent. */
  record Result(Label label, Optional<String> response) {}

  /** Returns a folder with a task's file, or such a file alone. */
  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    if (task(path).isPresent()) {
      return true;
    }
    FileSystem fs = path.getFileSystem(hadoop);
    for (String task : Tasks.ALL) {
      if (fs.exists(new Path(path, task + ENDING))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    Optional<String> single = task(path);
    if (single.isPresent()) {
      leftOut.<TextLines.Row>read(
          rows -> TextLines.rows(path, hadoop, rows),
          row -> sink.accept(answer(result(single.get(), row.line()))));
      return;
    }
    for (FileStatus file : path.getFileSystem(hadoop).listStatus(path)) {
      String name = file.getPath().getName();
      if (name.endsWith(ENDING) && !name.startsWith(".")) {
        Tasks.checked(name.substring(0, name.length() - ENDING.length()), name);
      }
    }
    leftOut.<TaskLine>read(
        rows -> lines(path, hadoop, rows), line -> sink.accept(answer(line.result())));
  }

  /** Returns the task that a file's name names. */
  private static Optional<String> task(Path file) {
    String name = PackedFile.name(file);
    return Tasks.ALL.stream().filter(task -> name.equals(task + ENDING)).findFirst();
  }

  private static GivenAnswer answer(Result result) {
    Label label = result.label();
    String response =
        result
            .response()
            .orElseThrow(
                () ->
                    new DataException(
                        label.where()
                            + ": no response; a line is image, question, truth and response,"
                            + " separated by tabs"));
    return GivenAnswer.of(label.key().text(), response, label.where())
        .withTruth(Optional.of(label.label()));
  }

  /** A line of a task's result file. */
  record TaskLine(String task, TextLines.Row line) {

    /**
     * Returns what the line says.
     *
     * @throws DataException naming file and line if it is invalid
     */
    Result result() {
      return MmeResults.result(task, line.line());
    }
  }

  /** Reads all lines of the existing files, task by task. */
  static void lines(Path folder, Configuration hadoop, Consumer<TaskLine> sink) throws IOException {
    for (String task : Tasks.ALL) {
      Path file = new Path(folder, task + ENDING);
      if (file.getFileSystem(hadoop).exists(file)) {
        TextLines.rows(file, hadoop, line -> sink.accept(new TaskLine(task, line)));
      }
    }
  }

  private static Result result(String task, TextLines.Line line) {
    String[] cells = line.text().split("\t", -1);
    if (cells.length != WITHOUT_RESPONSE && cells.length != WITH_RESPONSE) {
      throw line.error(
          String.format(
              Locale.ROOT,
              "expected image, question, truth and response separated by tabs, found %d columns; a"
                  + " response has no tab",
              cells.length));
    }
    Optional<String> flaw = ImageName.problem(cells[0]);
    if (flaw.isPresent()) {
      throw line.error(flaw.get());
    }
    MmeQuestions.Key key = MmeQuestions.Key.of(task, cells[0], cells[1]);
    return new Result(
        Label.of(
            key, new ImagePlace.InFolder(task + "/" + cells[0]), cells[1], cells[2], line.where()),
        cells.length == WITH_RESPONSE ? Optional.of(cells[3]) : Optional.empty());
  }

  /**
   * The result files that the official {@code calculation.py --results_dir} reads. It pairs lines
   * by position, so a question waits here for the other question about its image.
   */
  static final class Export implements Submission {

    @Override
    public void write(Iterator<AnsweredQuestion> answers, Path folder, Configuration hadoop)
        throws IOException {
      Map<String, BufferedWriter> files = new HashMap<>();
      Map<String, String> waiting = new HashMap<>();
      try {
        while (answers.hasNext()) {
          AnsweredQuestion answered = answers.next();
          BenchmarkQuestion question = answered.question();
          String pair = question.extra().get(BenchmarkQuestion.UNIT);
          String first = waiting.remove(pair);
          if (first == null) {
            waiting.put(pair, line(answered));
          } else {
            String task = question.category();
            if (!files.containsKey(task)) {
              files.put(task, create(new Path(folder, task + MmeResults.ENDING), hadoop));
            }
            files.get(task).write(first + line(answered));
          }
        }
      } finally {
        for (BufferedWriter file : files.values()) {
          file.close();
        }
      }
    }

    private static BufferedWriter create(Path file, Configuration hadoop) throws IOException {
      return new BufferedWriter(
          new OutputStreamWriter(
              OutputFile.create(file.getFileSystem(hadoop), file, false), StandardCharsets.UTF_8));
    }

    private static String line(AnsweredQuestion answered) {
      BenchmarkQuestion question = answered.question();
      String label = question.answers().get(0);
      return String.format(
          Locale.ROOT,
          "%s\t%s\t%s\t%s\n",
          question.extra().get(MmeBenchmark.IMAGE_NAME),
          question.extra().get(MmeBenchmark.OFFICIAL_TEXT),
          label.equals(MmeBenchmark.Answer.YES.label()) ? "Yes" : "No",
          // The tool splits lines at tabs and treats every line as an answer.
          answered.answer().replaceAll("[\\t\\r\\n]", " "));
    }
  }
}
