package io.prumerge.benchmark;

import java.io.IOException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Writes answers as a benchmark's server or own evaluator takes them. */
public interface Submission {

  /**
   * A question with its answer.
   *
   * @param answer generated text, stripped; empty where the question has an error or no answer
   */
  record Answered(BenchmarkQuestion question, String answer) {}

  /**
   * This submission for the questions of {@code source}, whose files may say what else is handed in
   * beside what was asked.
   */
  default Submission of(SourceFiles source) throws IOException {
    return this;
  }

  /**
   * Writes one file or several.
   *
   * @param answers every question of the benchmark, in the order of its files
   * @param folder an empty folder
   */
  void write(Iterator<Answered> answers, Path folder, Configuration hadoop) throws IOException;
}
