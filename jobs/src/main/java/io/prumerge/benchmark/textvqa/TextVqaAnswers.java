package io.prumerge.benchmark.textvqa;

import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The human answers in the official file, for the questions of LLaVA's file. */
final class TextVqaAnswers {

  private final String file;
  private final Map<TextVqaKey, List<String>> byKey = new HashMap<>();

  private TextVqaAnswers(String file) {
    this.file = file;
  }

  static TextVqaAnswers read(Path file, Configuration hadoop) throws IOException {
    TextVqaAnswers answers = new TextVqaAnswers(file.getName());
    JsonItems.arrayIn(file, "data", hadoop, answers::add);
    return answers;
  }

  private void add(JsonLine line) {
    String image = line.id("image_id").asText();
    String question = line.text("question");
    List<String> answers = HumanAnswers.read(line);
    List<String> before = byKey.putIfAbsent(TextVqaKey.of(image, question), answers);
    if (before != null && !before.equals(answers)) {
      throw line.error(
          String.format(
              Locale.ROOT,
              "image %s is asked '%s' twice, with other answers; LLaVA's questions are told apart by image and text",
              image,
              question));
    }
  }

  /** The answers to the question in {@code line}. */
  List<String> of(TextVqaKey key, JsonLine line) {
    List<String> answers = byKey.get(key);
    if (answers == null) {
      throw line.error(
          String.format(
              Locale.ROOT,
              "%s has no question '%s' for image %s",
              file,
              key.question(),
              key.image()));
    }
    return answers;
  }
}
