package io.prumerge.score.log;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.lang.Text;
import io.prumerge.source.JsonLine;
import java.util.Optional;

/**
 * An answer as a value of JSON says it.
 *
 * @param text empty if there is none
 * @param failure why there is none
 */
record LoggedText(String text, Optional<String> failure) {

  static LoggedText of(String text) {
    return new LoggedText(text, Optional.empty());
  }

  static LoggedText failed(String why) {
    return new LoggedText("", Optional.of(why));
  }

  /** Returns the answer that is a value: a list of one has that one, a list of more has none. */
  static LoggedText of(JsonNode value) {
    if (!value.isArray()) {
      return single(value);
    }
    return value.size() == 1
        ? of(value.get(0))
        : failed(
            Text.format(
                "a list of %d texts is no one answer: %s",
                value.size(), LogText.shown(value.toString())));
  }

  /**
   * Returns the first answer of {@code resps}: a text, a list of texts of which the model was asked
   * for each, or a list of one such list. The answers of several requests are no one answer.
   */
  static LoggedText first(JsonNode resps) {
    JsonNode request = resps;
    if (resps.isArray() && !resps.isEmpty() && resps.get(0).isArray()) {
      if (resps.size() > 1) {
        return of(resps);
      }
      request = resps.get(0);
    }
    return request.isArray() && !request.isEmpty() ? of(request.get(0)) : of(request);
  }

  /** Returns Python's {@code str()} of a number or a boolean. */
  private static LoggedText single(JsonNode value) {
    return JsonLine.scalar(value)
        .map(LoggedText::of)
        .orElseGet(
            () ->
                failed(
                    value.isObject()
                        ? "no answer is an object: " + LogText.shown(value.toString())
                        : "no answer: " + (JsonLine.isNaN(value) ? "NaN" : "null")));
  }
}
