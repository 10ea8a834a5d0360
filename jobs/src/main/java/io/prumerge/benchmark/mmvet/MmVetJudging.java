package io.prumerge.benchmark.mmvet;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.Judging;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Asks a judge for grades like MM-Vet's evaluator: a table of questions, ground truths and
 * predictions, of which the judge fills in the last cell. Deviation: without the evaluator's own
 * prompt, which has seven lines of examples, the judge gets only the rules, so grades are not
 * comparable with published ones.
 */
final class MmVetJudging implements Judging {

  private static final String RULES =
      """
      You compare a prediction with the ground truth of a question and say how correct it is: 0.0 (all wrong), 0.1, 0.2, \
      and so on to 1.0 (all right). Where the ground truth has parts joined by <AND>, a prediction is all right only with \
      every part in it, and each part counts alike; where it has <OR>, one of the alternatives is enough. Fill in the last \
      cell of the table with the number alone.
      Question | Ground truth | Prediction | Correctness
      --- | --- | --- | ---""";

  /** The text that the evaluator adds after a reply that was no number. */
  private static final String AGAIN = "\nPredict the correctness of the answer (digit): ";

  /** Temperatures of the further requests after a first reply that was no grade. */
  private static final double[] TEMPERATURES = {0, 0.5, 1, 1.5};

  private static final int MAX_TOKENS = 3;

  @Override
  public String model() {
    return "gpt-4-0613";
  }

  /**
   * The first grade among up to five replies. If none is a grade, the empty text, which counts as
   * 0.
   */
  @Override
  public String ask(Judge judge, Optional<String> prompt, BenchmarkQuestion question, String answer)
      throws IOException {
    String truth = question.answers().get(0).replace("<AND>", " <AND> ").replace("<OR>", " <OR> ");
    String line = String.join(" | ", question.question(), truth, answer, "");
    String table = prompt.orElse(RULES) + "\n" + line;
    OptionalDouble grade = grade(judge, table, 0);
    for (int i = 0; i < TEMPERATURES.length && grade.isEmpty(); i++) {
      grade = grade(judge, table + AGAIN, TEMPERATURES[i]);
    }
    return grade.isPresent() ? Double.toString(grade.getAsDouble()) : "";
  }

  private static OptionalDouble grade(Judge judge, String user, double temperature)
      throws IOException {
    return MmVetBenchmark.grade(judge.reply(new Judge.Request("", user, temperature, MAX_TOKENS)));
  }

  /**
   * The grade file that MM-Vet's evaluator writes: an object of {@code model}, {@code content} and
   * {@code score} by id, each an array with one entry per run of the judge. The scores count, not
   * the contents from which they were read: the evaluator gives 0 to contents that it cannot read.
   */
  enum Grades implements AnswerFormat {
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
    public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink)
        throws IOException {
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
                GivenAnswer.of(MmVetQuestion.vetId(id), lines(id, scores, line), line.where()));
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
}
