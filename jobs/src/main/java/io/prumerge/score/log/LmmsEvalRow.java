package io.prumerge.score.log;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.AnswerFacts;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.source.JsonLine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A row of lmms-eval's samples, as its versions 0.2.0 to 0.7.3 write them. */
final class LmmsEvalRow {

  static final String DOC_ID = "doc_id";
  static final String RAW = "resps";
  static final String FILTERED = "filtered_resps";

  static final String DOC = "doc";
  static final String QUESTION = "question";
  static final String TARGET = "target";
  static final String INPUT = "input";
  private static final String ARGUMENTS = "arguments";
  private static final String MEDIA = "input_media";
  static final String COUNTS = "token_counts";
  static final String GENERATED = "output_tokens";
  static final String SUBMISSION = "submission";
  static final String SCORE = "score";

  /** Fields that are no metric's. */
  private static final Set<String> OWN =
      Set.of(
          DOC_ID,
          DOC,
          TARGET,
          ARGUMENTS,
          RAW,
          FILTERED,
          "doc_hash",
          "prompt_hash",
          "target_hash",
          INPUT,
          MEDIA,
          COUNTS,
          SUBMISSION);

  /** Where {@code efficiency_metrics.py} looks for a row's score, before it takes the first one. */
  private static final List<String> SCORES = List.of(SCORE, "acc", "accuracy", "exact_match");

  /** Names under which tasks keep a question's id in what they hand to their metrics. */
  private static final List<String> IDS =
      List.of(
          "question_id",
          "questionId",
          "index",
          "id",
          "pid",
          "q_uid",
          "question_idx",
          "video_idx",
          "image_id",
          "img_id",
          "ann_id",
          "image");

  /** What {@code api_retry.py} puts in the place of an answer. */
  private static final Pattern FAILURE =
      Pattern.compile("\\[LMMS_EVAL_(REQUEST_FAILED|BUDGET_EXCEEDED).*", Pattern.DOTALL);

  private final JsonLine line;
  private final JsonNode row;

  private LmmsEvalRow(JsonLine line) {
    this.line = line;
    this.row = line.object();
  }

  static LogRow of(JsonLine line) {
    return new LmmsEvalRow(line).read();
  }

  private LogRow read() {
    LoggedText said = said();
    JsonNode count = row.path(COUNTS).path(0).path(GENERATED);
    AnswerFacts facts =
        new AnswerFacts(
            said.failure(),
            count.isIntegralNumber() && count.canConvertToInt() && count.intValue() >= 0
                ? OptionalInt.of(count.intValue())
                : OptionalInt.empty(),
            score());
    GivenAnswer answer =
        new GivenAnswer("", said.text(), Optional.empty(), prompt(), target(), line.where())
            .with(facts);
    return new LogRow(
        answer,
        row.has(FILTERED) ? LoggedText.of(row.path(FILTERED)).text() : said.text(),
        position(),
        ids(),
        StreamSupport.stream(row.path(MEDIA).spliterator(), false)
            .filter(JsonNode::isTextual)
            .map(JsonNode::textValue)
            .toList(),
        Optional.ofNullable(row.path(DOC).path(QUESTION).textValue()),
        List.of());
  }

  /** Returns the answer as the model gave it, before filters: that is what is scored. */
  private LoggedText said() {
    if (!row.has(RAW) && !row.has(FILTERED)) {
      throw line.error("has neither \"resps\" nor \"filtered_resps\"");
    }
    LoggedText said =
        row.has(RAW) ? LoggedText.first(row.path(RAW)) : LoggedText.of(row.path(FILTERED));
    if (FAILURE.matcher(said.text()).matches()) {
      return LoggedText.failed(said.text());
    }
    JsonNode counts = row.path(COUNTS).path(0);
    return said.failure().isEmpty()
            && said.text().isEmpty()
            && counts.isObject()
            && counts.isEmpty()
        ? LoggedText.failed("an empty text without token counts, as after a failed request")
        : said;
  }

  private OptionalLong position() {
    JsonNode id = row.path(DOC_ID);
    if (id.isIntegralNumber() && id.canConvertToLong() && id.longValue() >= 0) {
      return OptionalLong.of(id.longValue());
    }
    throw line.error(
        "\"doc_id\" must be a whole number from 0 on, it is " + LogText.shown(id.toString()));
  }

  private Optional<String> prompt() {
    return texts(row.has(INPUT) ? row.path(INPUT) : row.path(ARGUMENTS).path(0));
  }

  /** Returns all texts of a value, which may be a chat's messages. */
  private static Optional<String> texts(JsonNode value) {
    List<String> texts = new ArrayList<>();
    collect(value, texts);
    return texts.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", texts));
  }

  private static void collect(JsonNode value, List<String> texts) {
    if (value.isTextual()) {
      texts.add(value.textValue());
    } else {
      value.forEach(one -> collect(one, texts));
    }
  }

  private Optional<String> target() {
    JsonNode target = row.path(TARGET);
    if (target.isMissingNode() || target.isNull()) {
      return Optional.empty();
    }
    return Optional.of(target.isContainerNode() ? target.toString() : LoggedText.of(target).text());
  }

  /** Returns the fields that metrics have made. */
  private List<JsonNode> metrics(boolean withSubmission) {
    List<JsonNode> values = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : row.properties()) {
      if (!OWN.contains(field.getKey())
          || withSubmission && (field.getKey().equals(SUBMISSION) || field.getKey().equals(DOC))) {
        values.add(field.getValue());
      }
    }
    return values;
  }

  private List<String> ids() {
    Set<String> ids = new LinkedHashSet<>();
    for (JsonNode metric : metrics(true)) {
      for (String name : IDS) {
        JsonNode id = metric.path(name);
        if (id.isTextual() || id.isIntegralNumber()) {
          ids.add(id.asText());
        }
      }
    }
    JsonNode submission = row.path(SUBMISSION);
    if (submission.isObject() && submission.size() == 1) {
      ids.add(submission.fieldNames().next()); // an answer by its question's id
    }
    return ids.stream().filter(id -> !id.isBlank()).collect(Collectors.toList());
  }

  /** Returns the score that the task gave, if it is a share of one. */
  private OptionalDouble score() {
    for (String name : SCORES) {
      if (isScored(row.path(name))) {
        return share(row.path(name));
      }
    }
    return metrics(false).stream()
        .filter(LmmsEvalRow::isScored)
        .findFirst()
        .map(LmmsEvalRow::share)
        .orElse(OptionalDouble.empty());
  }

  private static boolean isScored(JsonNode metric) {
    JsonNode value = metric.isObject() ? metric.path(SCORE) : metric;
    return value.isNumber() || value.isBoolean();
  }

  private static OptionalDouble share(JsonNode metric) {
    JsonNode value = metric.isObject() ? metric.path(SCORE) : metric;
    double score = value.isBoolean() ? value.booleanValue() ? 1 : 0 : value.doubleValue();
    return score >= 0 && score <= 1 ? OptionalDouble.of(score) : OptionalDouble.empty();
  }
}
