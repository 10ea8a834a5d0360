package io.prumerge.benchmark.scienceqa;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.source.JsonDocument;
import io.prumerge.source.JsonLine;
import io.prumerge.source.PackedFile;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The result file of the official {@code evaluate_acc.py}: one object whose {@code results} hold
 * the index of the chosen option by pid, -1 for none, and whose {@code outputs}, if present, hold
 * the texts.
 *
 * <p>The index counts. A text is passed on only if the official parser finds the same index in it.
 * Otherwise the index's letter is passed on, which keeps the reading of the file's author: the
 * original GPT-3 results have a random index for texts that could not be parsed.
 */
enum ScienceQaResults implements AnswerFormat {
  FORMAT;

  private static final String RESULTS = "results";

  @Override
  public boolean recognises(Path path, Configuration hadoop) {
    return PackedFile.name(path).endsWith(".json");
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
          GivenAnswer.of(
              pid, text, String.format(Locale.ROOT, "%s: %s %s", document.file(), RESULTS, pid)));
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
    // Text that is no number, or too large a number, becomes an index out of range.
    int index = value.isIntegralNumber() || value.isTextual() ? value.asInt(-2) : -2;
    if (index < -1 || index > last) {
      throw document.error(
          String.format(
              Locale.ROOT,
              "\"results\" of problem %s must be an index from -1 to %d, it is %s",
              pid,
              last,
              value));
    }
    return index == -1 ? OptionalInt.empty() : OptionalInt.of(index);
  }
}
