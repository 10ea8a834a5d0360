package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The review file of LLaVA's {@code eval_gpt_review_bench.py}: JSON Lines with {@code question_id},
 * {@code content}, the judge's words, and {@code tuple}, the points read from them. The points
 * count: where the official parser finds others in the content, they are passed on instead.
 */
enum LlavaBenchReviews implements AnswerFormat {
  FORMAT;

  private static final String POINTS = "tuple";

  /** By the first line, since answer files are called alike. */
  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    List<String> fields = new ArrayList<>();
    if (path.getName().endsWith(".jsonl")) {
      JsonBeginning.firstObject(path, hadoop)
          .ifPresent(object -> object.fieldNames().forEachRemaining(fields::add));
    }
    return fields.contains(POINTS);
  }

  @Override
  public boolean judged() {
    return true;
  }

  @Override
  public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException {
    JsonLines.read(
        path,
        hadoop,
        line -> {
          ReviewScores scores = points(line);
          String content = line.optionalText("content").orElse("");
          boolean same = ReviewScores.official(content).equals(scores);
          sink.accept(
              new GivenAnswer(
                  line.id("question_id").asText(),
                  same ? content : scores.text(),
                  Optional.empty(),
                  line.where()));
        });
  }

  private static ReviewScores points(JsonLine line) {
    JsonNode points = line.object().path(POINTS);
    if (points.size() != 2 || !points.path(0).isNumber() || !points.path(1).isNumber()) {
      throw line.error(
          "\"tuple\" must be two numbers, it is " + (points.isMissingNode() ? "absent" : points));
    }
    return new ReviewScores(points.path(0).doubleValue(), points.path(1).doubleValue());
  }
}
