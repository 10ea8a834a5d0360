package io.prumerge.benchmark.file;

import io.prumerge.benchmark.AnswerColumns;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.source.LeftOutRows;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Answers with ids, in a form of which a file knows what they are matched by.
 *
 * @param key gets it from an id
 */
record KeyedAnswers(AnswerFormat format, UnaryOperator<String> key) implements AnswerFormat {

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return format.recognises(path, hadoop);
  }

  @Override
  public List<AnswerColumns> columns() {
    return format.columns().stream()
        .map(one -> new AnswerColumns(one.id(), one.text(), id -> key.apply(one.key().apply(id))))
        .toList();
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    format.read(path, hadoop, leftOut, given -> sink.accept(given.withKey(key.apply(given.key()))));
  }
}
