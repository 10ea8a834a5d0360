package io.prumerge.benchmark.scienceqa;

import com.fasterxml.jackson.core.JsonToken;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonItems;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The other file that LLaVA's {@code eval_science_qa.py} writes ({@code _output.jsonl}, though it
 * is one JSON object): {@code correct} and {@code incorrect}, arrays with {@code question_id} and
 * {@code pred}, the answer's text.
 */
enum ScienceQaAnalysis implements AnswerFormat {
  FORMAT;

  private static final String CORRECT = "correct";

  /** Recognised by its beginning, which differs from LLaVA's answers and the result files. */
  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    return JsonBeginning.of(path, hadoop)
        .equals(Optional.of(new JsonBeginning(CORRECT, JsonToken.START_ARRAY)));
  }

  @Override
  public void read(Path path, Configuration hadoop, Consumer<GivenAnswer> sink) throws IOException {
    for (String field : List.of(CORRECT, "incorrect")) {
      JsonItems.arrayIn(
          path,
          field,
          hadoop,
          line ->
              sink.accept(
                  GivenAnswer.of(line.id("question_id").asText(), line.text("pred"), line.where())
                      .withPrompt(line.optionalText("question"))
                      .withTruth(line.optionalText("ground_truth"))));
    }
  }
}
