package io.prumerge.benchmark;

import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** One file format of answers to a benchmark. Stateless. */
public interface AnswerFormat {

  /**
   * Returns whether the file or folder at {@code path} looks like this form, by its name or first
   * bytes.
   */
  boolean recognises(Path path, Configuration hadoop) throws IOException;

  /**
   * Returns whether the format holds a judge's words about answers instead of the answers, for
   * profiles that have {@link Benchmark#judging(String)}; others do not read it.
   */
  default boolean judged() {
    return false;
  }

  /** Returns the columns that hold answers in tables of this form; none if it has no tables. */
  default List<AnswerColumns> columns() {
    return List.of();
  }

  /**
   * Streams the answers of a file or folder that this form {@link #recognises recognises}.
   *
   * @param leftOut takes the answers that cannot be read
   * @param sink may throw a {@link DataException} that is {@link DataException#ofFile}
   * @throws DataException naming the place where the file is invalid
   */
  void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException;
}
