package io.prumerge.score;

import java.io.IOException;
import org.apache.hadoop.fs.Path;

/**
 * Makes a run of scored answer files: the folder that {@code evaluate} makes of a model's answers.
 */
public interface AnswerRun {

  /** Returns the run's id, which its rows have. */
  String id();

  /**
   * Completes a folder that holds the tables {@code predictions}, {@code scores} and {@code
   * examples}: with its record, its report, and the mark that it is whole.
   *
   * @param partial the folder under its temporary name
   * @param folder where it will be
   */
  CompletedRun complete(AnswerTables tables, Path partial, Path folder) throws IOException;
}
