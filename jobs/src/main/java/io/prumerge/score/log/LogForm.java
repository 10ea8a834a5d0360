package io.prumerge.score.log;

import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** How one tool writes the answers of a model. Stateless. */
interface LogForm {

  /** All forms, of which a file has one at most. */
  List<LogForm> KNOWN = List.of(new LmmsEvalLog(), new VlmEvalKitLog());

  /**
   * Returns the form of a file by its rows; empty if none is known.
   *
   * @param asked the only form that it may have, if one is asked for
   */
  static Optional<LogForm> of(Path file, Optional<AnswerForm> asked, Configuration hadoop)
      throws IOException {
    for (LogForm form : KNOWN) {
      if (asked.orElse(form.form()) == form.form() && form.recognises(file, hadoop)) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  /** Returns what a user calls this form. */
  AnswerForm form();

  /** Returns whether the rows of a file are of this form, whatever its name is. */
  boolean recognises(Path file, Configuration hadoop) throws IOException;

  /** Returns what the tool has written beside a file. */
  LogSettings settings(Path file, Configuration hadoop) throws IOException;

  /**
   * Returns whether a file that is met in a folder holds a model's answers as they were given: not
   * what was made of those of another file.
   *
   * @param file of this form
   */
  boolean isPlain(Path file, Configuration hadoop) throws IOException;

  /**
   * Streams the rows of a file of this form.
   *
   * @param leftOut takes the rows that cannot be read
   * @param sink may throw a {@link DataException} that is {@link DataException#ofFile}
   * @throws DataException naming the place where the file is invalid
   */
  void read(Path file, Configuration hadoop, LeftOutRows leftOut, Consumer<LogRow> sink)
      throws IOException;
}
