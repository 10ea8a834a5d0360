package io.prumerge.benchmark.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnswerLines;
import io.prumerge.benchmark.AnswerObject;
import io.prumerge.benchmark.AnswerSubmission;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.JsonAnswers;
import io.prumerge.benchmark.Submission;
import io.prumerge.benchmark.vqa.GqaAnswer;
import io.prumerge.benchmark.vqa.VqaNormaliser;
import io.prumerge.source.ImagePlace;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A JSON file of answers, as a benchmark's server or evaluator takes it: an array of objects with
 * an id and an answer, or a line for each, or one object of answers by id.
 *
 * @param name of the file that is written; one of lines ends with {@value #LINES}
 * @param processor makes of an answer the text that is handed in
 * @param fields of an array's or the lines' objects; empty = one object
 */
record AnswerFile(String name, UnaryOperator<String> processor, Optional<Fields> fields) {

  /**
   * The fields of objects with an answer each.
   *
   * @param id of the question's id
   * @param answer of the answer
   * @param integerIds whether ids are written as integers, where the data have them as texts
   * @param pictureIds whether names of pictures are written instead of ids
   * @param key whose group is the part of an id that answers and questions are matched by; empty =
   *     the whole id
   */
  record Fields(
      String id, String answer, boolean integerIds, boolean pictureIds, Optional<Pattern> key) {

    private JsonNode id(BenchmarkQuestion question) {
      JsonNode own =
          pictureIds
              ? question
                  .image()
                  .map(ImagePlace::id)
                  .<JsonNode>map(TextNode::new)
                  .orElse(question.fileId())
              : question.fileId();
      return integerIds && own.asText().matches(INTEGER)
          ? BigIntegerNode.valueOf(new BigInteger(own.asText()))
          : own;
    }

    private String key(String id) {
      Optional<Matcher> found = key.map(expression -> expression.matcher(id)).filter(Matcher::find);
      return found.map(matcher -> matcher.group(1)).orElse(id);
    }
  }

  /** Ways to make answers ready, by the names that files have for them. */
  static final SortedMap<String, UnaryOperator<String>> PROCESSORS =
      new TreeMap<>(Map.of("eval-ai", VqaNormaliser::evalAi, "convert-gqa", GqaAnswer::handedIn));

  private static final String LINES = ".jsonl";

  /** Digits of an id that is written as an integer, at most. */
  private static final String INTEGER = "\\d{1,18}";

  Submission submission() {
    return fields
        .<Submission>map(
            of ->
                hasLines(name)
                    ? lines(of)
                    : new AnswerSubmission(name, of.id(), of::id, of.answer(), processor))
        .orElseGet(this::object);
  }

  AnswerFormat format() {
    return fields
        .<AnswerFormat>map(
            of ->
                hasLines(name)
                    ? lines(of)
                    : new JsonAnswers(line -> of.key(line.id(of.id()).asText()), of.answer()))
        .orElseGet(this::object);
  }

  /** Returns what answers in the file are matched with the question by. */
  String key(BenchmarkQuestion question) {
    return key(
        fields
            .filter(Fields::pictureIds)
            .map(of -> of.id(question))
            .orElseGet(question::fileId)
            .asText());
  }

  /** Returns what an answer with this id is matched by. */
  String key(String id) {
    return fields.map(of -> of.key(id)).orElse(id);
  }

  /** Returns whether a file of that name has a line for each answer. */
  static boolean hasLines(String name) {
    return name.endsWith(LINES);
  }

  private AnswerLines lines(Fields of) {
    return new AnswerLines(name, of.id(), of::id, of::key, of.answer(), processor);
  }

  private AnswerObject object() {
    return new AnswerObject(name, processor);
  }
}
