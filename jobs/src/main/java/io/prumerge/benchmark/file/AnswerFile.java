package io.prumerge.benchmark.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnswerLines;
import io.prumerge.benchmark.AnswerObject;
import io.prumerge.benchmark.AnswerSubmission;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.JsonAnswers;
import io.prumerge.benchmark.Submission;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A JSON file of answers, as a benchmark's server or evaluator takes it: an array of objects with
 * an id and an answer, or a line for each, or one object of answers by id.
 *
 * @param name of the file that is written; one of lines ends with {@value #LINES}
 * @param fields of an array's or the lines' objects; empty = one object
 */
record AnswerFile(String name, Optional<Fields> fields) {

  /**
   * The fields of objects with an answer each.
   *
   * @param id of the question's id
   * @param answer of the answer
   * @param integerIds whether ids are written as integers, where the data have them as texts
   */
  record Fields(String id, String answer, boolean integerIds) {

    private JsonNode id(BenchmarkQuestion question) {
      JsonNode own = question.fileId();
      return integerIds && own.asText().matches(INTEGER)
          ? BigIntegerNode.valueOf(new BigInteger(own.asText()))
          : own;
    }
  }

  private static final String LINES = ".jsonl";

  /** Digits of an id that is written as an integer, at most. */
  private static final String INTEGER = "\\d{1,18}";

  Submission submission() {
    return fields
        .<Submission>map(
            of ->
                hasLines(name)
                    ? lines(of)
                    : new AnswerSubmission(
                        name, of.id(), of::id, of.answer(), UnaryOperator.identity()))
        .orElseGet(this::object);
  }

  AnswerFormat format() {
    return fields
        .<AnswerFormat>map(
            of -> hasLines(name) ? lines(of) : JsonAnswers.byId(of.id(), of.answer()))
        .orElseGet(this::object);
  }

  /** Returns whether a file of that name has a line for each answer. */
  static boolean hasLines(String name) {
    return name.endsWith(LINES);
  }

  private AnswerLines lines(Fields of) {
    return new AnswerLines(name, of.id(), of::id, of.answer());
  }

  private AnswerObject object() {
    return new AnswerObject(name, UnaryOperator.identity());
  }
}
