package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
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
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** By its beginning; LLaVA's answers and the result files begin otherwise. */
  @Override
  public boolean recognises(Path path, Configuration hadoop) throws IOException {
    if (!path.getName().endsWith(".jsonl") && !path.getName().endsWith(".json")) {
      return false;
    }
    try (JsonParser parser =
        MAPPER.createParser((InputStream) path.getFileSystem(hadoop).open(path))) {
      return parser.nextToken() == JsonToken.START_OBJECT
          && CORRECT.equals(parser.nextFieldName())
          && parser.nextToken() == JsonToken.START_ARRAY;
    } catch (JsonProcessingException e) {
      // Whoever takes it says what is wrong with it.
      return false;
    }
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
                  new GivenAnswer(
                      line.id("question_id").asText(),
                      line.text("pred"),
                      Optional.empty(),
                      line.where())));
    }
  }
}
