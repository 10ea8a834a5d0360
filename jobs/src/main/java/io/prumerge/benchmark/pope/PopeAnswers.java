package io.prumerge.benchmark.pope;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.source.DataException;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonLines;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The answer files of POPE's own {@code evaluate.py}: one file per setting, with the setting in its
 * name, and lines with {@code question} and {@code answer} in the order of the official questions.
 */
enum PopeAnswers implements AnswerFormat {
  FORMAT;

  private static final String ANSWER = "answer";

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return JsonBeginning.firstObject(path, hadoop).filter(line -> line.has(ANSWER)).isPresent();
  }

  @Override
  public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException {
    String setting = setting(path);
    int[] position = new int[1];
    JsonLines.read(
        path,
        hadoop,
        line -> {
          position[0]++;
          sink.accept(
              GivenAnswer.of(
                  PopeKey.of(setting, position[0], line.text("question")).text(),
                  line.text(ANSWER),
                  line.where()));
        });
  }

  private static String setting(Path path) {
    String name = path.getName().toLowerCase(Locale.ROOT);
    List<String> named = PopeLabels.SETTINGS.stream().filter(name::contains).toList();
    if (named.size() != 1) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: which setting do these answers belong to? The file's name must have one of %s in it",
              path,
              String.join(", ", PopeLabels.SETTINGS)));
    }
    return named.get(0);
  }
}
