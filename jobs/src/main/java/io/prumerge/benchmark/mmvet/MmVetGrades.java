package io.prumerge.benchmark.mmvet;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The grade file that MM-Vet's evaluator writes: an object of {@code model}, {@code content} and
 * {@code score} by id, each an array with one entry per run of the judge. The scores count, not the
 * contents from which they were read: the evaluator gives 0 to contents that it cannot read.
 */
enum MmVetGrades implements AnswerFormat {
  FORMAT;

  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return JsonBeginning.of(path, hadoop)
        .filter(beginning -> beginning.value() == JsonToken.START_OBJECT)
        .isPresent();
  }

  @Override
  public boolean judged() {
    return true;
  }

  @Override
  public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException {
    List<Integer> runs = new ArrayList<>();
    JsonItems.fields(
        path,
        hadoop,
        (id, line) -> {
          JsonNode scores = line.object().path("score");
          if (!scores.isArray() || scores.isEmpty()) {
            throw line.error(
                String.format(
                    Locale.ROOT,
                    "grades of %s: \"score\" must be an array with a number per run, it is %s",
                    id,
                    scores));
          }
          if (runs.isEmpty()) {
            runs.add(scores.size());
          } else if (scores.size() != runs.get(0)) {
            throw line.error(
                String.format(
                    Locale.ROOT,
                    "grades of %s: %d runs, but %d for those before",
                    id,
                    scores.size(),
                    runs.get(0)));
          }
          sink.accept(
              GivenAnswer.of(MmVetBenchmark.vetId(id), lines(id, scores, line), line.where()));
        });
  }

  private static String lines(String id, JsonNode scores, JsonLine line) {
    List<String> lines = new ArrayList<>();
    for (JsonNode score : scores) {
      if (!score.isNumber() || score.doubleValue() < 0 || score.doubleValue() > 1) {
        throw line.error(
            String.format(Locale.ROOT, "grades of %s: %s is no number from 0 to 1", id, score));
      }
      lines.add(Double.toString(score.doubleValue()));
    }
    return String.join("\n", lines);
  }
}
