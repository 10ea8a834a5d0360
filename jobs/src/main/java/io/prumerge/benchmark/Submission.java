package io.prumerge.benchmark;

import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Writes answers in the form that a benchmark's server or own evaluator accepts. */
public interface Submission {

  /**
   * Returns this submission for the questions of {@code source}, whose files may list further
   * questions that a submission must contain.
   */
  default Submission of(SourceFiles source) throws IOException {
    return this;
  }

  /**
   * Writes one or several files.
   *
   * @param answers every question of the benchmark, in the order of its files
   * @param folder an empty folder
   */
  void write(Iterator<AnsweredQuestion> answers, Path folder, Configuration hadoop)
      throws IOException;
}
