package io.prumerge.benchmark.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnswerSubmission;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.JsonAnswers;
import io.prumerge.benchmark.Submission;
import java.math.BigInteger;
import java.util.function.UnaryOperator;

/**
 * A JSON array of objects with an id and an answer, as servers and evaluators of a benchmark take
 * answers.
 *
 * @param name of the file that is written
 * @param id field of the question's id
 * @param answer field of the answer
 * @param integerIds whether ids are written as integers, where the data have them as texts
 */
record AnswerFile(String name, String id, String answer, boolean integerIds) {

  /** Digits of an id that is written as an integer, at most. */
  private static final String INTEGER = "\\d{1,18}";

  Submission submission() {
    return new AnswerSubmission(name, id, this::id, answer, UnaryOperator.identity());
  }

  AnswerFormat format() {
    return JsonAnswers.byId(id, answer);
  }

  private JsonNode id(BenchmarkQuestion question) {
    JsonNode own = question.fileId();
    return integerIds && own.asText().matches(INTEGER)
        ? BigIntegerNode.valueOf(new BigInteger(own.asText()))
        : own;
  }
}
