package io.prumerge.benchmark.mme;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.RawLine;
import io.prumerge.source.TextLine;
import io.prumerge.source.TextLines;
import java.io.IOException;
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

  /** Returns a folder with a task's file, or such a file alone. */
  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    if (task(path).isPresent()) {
      return true;
    }
    FileSystem fs = path.getFileSystem(hadoop);
    for (String task : MmeTasks.ALL) {
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
      leftOut.<RawLine>read(
          rows -> TextLines.rows(path, hadoop, rows),
          row -> sink.accept(answer(result(single.get(), row.line()))));
      return;
    }
    for (FileStatus file : path.getFileSystem(hadoop).listStatus(path)) {
      String name = file.getPath().getName();
      if (name.endsWith(ENDING) && !name.startsWith(".")) {
        MmeTasks.checked(name.substring(0, name.length() - ENDING.length()), name);
      }
    }
    leftOut.<MmeTaskLine>read(
        rows -> lines(path, hadoop, rows), line -> sink.accept(answer(line.result())));
  }

  /** Returns the task that a file's name names. */
  private static Optional<String> task(Path file) {
    String name = PackedFile.name(file);
    return MmeTasks.ALL.stream().filter(task -> name.equals(task + ENDING)).findFirst();
  }

  private static GivenAnswer answer(MmeResult result) {
    MmeLabel label = result.label();
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

  /** Reads all lines of the existing files, task by task. */
  static void lines(Path folder, Configuration hadoop, Consumer<MmeTaskLine> sink)
      throws IOException {
    for (String task : MmeTasks.ALL) {
      Path file = new Path(folder, task + ENDING);
      if (file.getFileSystem(hadoop).exists(file)) {
        TextLines.rows(file, hadoop, line -> sink.accept(new MmeTaskLine(task, line)));
      }
    }
  }

  static MmeResult result(String task, TextLine line) {
    String[] cells = line.text().split("\t", -1);
    if (cells.length != WITHOUT_RESPONSE && cells.length != WITH_RESPONSE) {
      throw line.error(
          Text.format(
              "expected image, question, truth and response separated by tabs, found %d columns; a"
                  + " response has no tab",
              cells.length));
    }
    Optional<String> flaw = ImageName.problem(cells[0]);
    if (flaw.isPresent()) {
      throw line.error(flaw.get());
    }
    MmeKey key = MmeKey.of(task, cells[0], cells[1]);
    return new MmeResult(
        MmeLabel.of(
            key, new ImagePlace.InFolder(task + "/" + cells[0]), cells[1], cells[2], line.where()),
        cells.length == WITH_RESPONSE ? Optional.of(cells[3]) : Optional.empty());
  }
}
