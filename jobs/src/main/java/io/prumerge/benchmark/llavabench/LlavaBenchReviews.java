package io.prumerge.benchmark.llavabench;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.ReviewScores;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The review file of LLaVA's {@code eval_gpt_review_bench.py}: JSON Lines with {@code question_id},
 * {@code content}, the judge's words, and {@code tuple}, the points read from them; older versions
 * call them {@code text} and {@code score}. The points decide: if the official parser finds other
 * points in the content, the points are passed on instead of the content.
 */
enum LlavaBenchReviews implements AnswerFormat {
  FORMAT;

  private static final String POINTS = "tuple";
  private static final String OLD_POINTS = "score";

  /** Recognised by the first line, because answer files have similar names. */
  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return JsonBeginning.firstObject(path, hadoop)
        .filter(line -> line.has(POINTS) || line.has(OLD_POINTS))
        .isPresent();
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
          String content =
              line.optionalText("content").or(() -> line.optionalText("text")).orElse("");
          boolean same = ReviewScores.official(content).equals(scores);
          sink.accept(
              GivenAnswer.of(
                  line.id("question_id").asText(), same ? content : scores.text(), line.where()));
        });
  }

  private static ReviewScores points(JsonLine line) {
    String name = line.object().has(POINTS) ? POINTS : OLD_POINTS;
    JsonNode points = line.object().path(name);
    if (points.size() != 2 || !points.path(0).isNumber() || !points.path(1).isNumber()) {
      throw line.error(
          String.format(
              Locale.ROOT,
              "\"%s\" must be two numbers, it is %s",
              name,
              points.isMissingNode() ? "absent" : points));
    }
    return new ReviewScores(points.path(0).doubleValue(), points.path(1).doubleValue());
  }
}
