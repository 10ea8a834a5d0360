package io.prumerge.benchmark;

import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** One form in which answers to a benchmark are handed around. Stateless. */
public interface AnswerFormat {

  /**
   * Whether the file or folder at {@code path} looks like this form, by its name or first bytes.
   */
  boolean recognises(Path path, Configuration hadoop) throws IOException;

  /**
   * Whether it holds a judge's words about answers instead of the answers, for benchmarks that have
   * {@link Benchmark#judging}.
   */
  default boolean judged() {
    return false;
  }

  /**
   * Streams the answers of a file or folder that this form {@link #recognises recognises}.
   *
   * @throws DataException naming the place where the file is not what it should be
   */
  void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException;
}
