package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The grade file that MM-Vet's evaluator keeps: an object of {@code model}, {@code content} and
 * {@code score} by id, arrays with an entry for every run of the judge. The scores count: the
 * contents are what they were read from, and the evaluator gives up on some with 0.
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
                "grades of %s: \"score\" must be an array with a number per run, it is %s"
                    .formatted(id, scores));
          }
          if (runs.isEmpty()) {
            runs.add(scores.size());
          } else if (scores.size() != runs.get(0)) {
            throw line.error(
                "grades of %s: %d runs, but %d for those before"
                    .formatted(id, scores.size(), runs.get(0)));
          }
          sink.accept(
              new GivenAnswer(
                  MmVetBenchmark.vetId(id),
                  lines(id, scores, line),
                  Optional.empty(),
                  line.where()));
        });
  }

  private static String lines(String id, JsonNode scores, JsonLine line) {
    List<String> lines = new ArrayList<>();
    for (JsonNode score : scores) {
      if (!score.isNumber() || score.doubleValue() < 0 || score.doubleValue() > 1) {
        throw line.error("grades of %s: %s is no number from 0 to 1".formatted(id, score));
      }
      lines.add(Double.toString(score.doubleValue()));
    }
    return String.join("\n", lines);
  }
}
