package io.prumerge.benchmark.file;

import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonLines;
import io.prumerge.source.LeftOutRows;
import io.prumerge.text.PythonText;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The answer files of POPE's own {@code evaluate.py}: one file per setting, with the setting in its
 * name, and lines with {@code question} and {@code answer} in the order of the official questions.
 * They have no ids. By position alone, answers to the 2,910 random questions would silently be
 * compared with the labels of the 3,000. The question in the key prevents that.
 */
enum PopeAnswers implements PlacedAnswers {
  FORMAT;

  private static final List<String> SETTINGS = List.of("adversarial", "popular", "random");
  private static final String ANSWER = "answer";

  /** Returns the key of a question in any file, with or without a suffix. */
  @Override
  public String key(String place, String text) {
    String question = PythonText.lower(text.lines().findFirst().orElse("").strip());
    return place.replace('/', ' ') + ": " + question.replace("imange", "image");
  }

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return JsonBeginning.hasField(path, hadoop, ANSWER);
  }

  @Override
  public void read(Path path, Configuration hadoop, LeftOutRows leftOut, Consumer<GivenAnswer> sink)
      throws IOException {
    String setting = setting(path);
    JsonLines.numbered(
        path,
        hadoop,
        leftOut,
        (line, position) ->
            sink.accept(
                GivenAnswer.of(
                    key(setting + "/" + position, line.text("question")),
                    line.text(ANSWER),
                    line.where())));
  }

  private static String setting(Path path) {
    String name = path.getName().toLowerCase(Locale.ROOT);
    List<String> named = SETTINGS.stream().filter(name::contains).toList();
    if (named.size() != 1) {
      throw new DataException(
          Text.format(
              "%s: which setting do these answers belong to? The file's name must have one of %s"
                  + " in it",
              path, String.join(", ", SETTINGS)));
    }
    return named.get(0);
  }
}
