package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The result file that the official {@code evaluate_acc.py} takes: one object whose {@code results}
 * holds the index of the chosen option by pid, -1 for none, and whose {@code outputs}, where there
 * are any, the texts.
 *
 * <p>The index is what counts. A text is passed on where the official parser finds that same index
 * in it; else the index' letter is, so that what the file's author made of a text stays: the
 * original GPT-3 results have a random index where nothing could be parsed.
 */
enum ScienceQaResults implements AnswerFormat {
  FORMAT;

  private static final String RESULTS = "results";

  @Override
  public boolean recognises(Path path, Configuration hadoop) {
    return path.getName().endsWith(".json");
  }

  @Override
  public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException {
    JsonLine document = JsonDocument.read(path, hadoop);
    JsonNode results = document.object().path(RESULTS);
    if (!results.isObject()) {
      throw document.error(
          "lacks the object \"results\" with an index by pid, as ScienceQA's result files have it");
    }
    JsonNode outputs = document.object().path("outputs");
    Iterator<Map.Entry<String, JsonNode>> fields = results.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      String pid = field.getKey();
      OptionalInt index = index(pid, field.getValue(), document);
      JsonNode output = outputs.path(pid);
      String text =
          output.isTextual() && ScienceQaParser.official(output.textValue()).equals(index)
              ? output.textValue()
              : letter(index);
      sink.accept(
          new GivenAnswer(
              pid, text, Optional.empty(), "%s: %s %s".formatted(document.file(), RESULTS, pid)));
    }
  }

  private static String letter(OptionalInt index) {
    return index.isEmpty()
        ? ""
        : ScienceQaProblem.LETTERS.substring(index.getAsInt(), index.getAsInt() + 1);
  }

  /** An integer, or a string of one as the official tool takes it; -1 is none. */
  private static OptionalInt index(String pid, JsonNode value, JsonLine document) {
    int last = ScienceQaProblem.LETTERS.length() - 1;
    // A number that is none, or far too large, becomes one out of range.
    int index = value.isIntegralNumber() || value.isTextual() ? value.asInt(-2) : -2;
    if (index < -1 || index > last) {
      throw document.error(
          "\"results\" of problem %s must be an index from -1 to %d, it is %s"
              .formatted(pid, last, value));
    }
    return index == -1 ? OptionalInt.empty() : OptionalInt.of(index);
  }
}
