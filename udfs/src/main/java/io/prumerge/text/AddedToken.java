package io.prumerge.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.lang.Text;
import java.util.Optional;

/**
 * A token that is added to a vocabulary.
 *
 * @param stated whether it is looked for after the normalization; if nothing says so, special ones
 *     are not
 * @param special whether it is left out of decoded text
 */
record AddedToken(
    String content,
    boolean lstrip,
    boolean rstrip,
    boolean singleWord,
    Optional<Boolean> stated,
    boolean special) {

  /** A special token that is given as its text alone. */
  static AddedToken special(String content) {
    return new AddedToken(content, false, false, false, Optional.of(false), true);
  }

  /** Reads one of a JSON file. */
  static AddedToken of(JsonNode json) {
    return new AddedToken(
        json.path("content").asText(),
        flag(json, "lstrip", false),
        flag(json, "rstrip", false),
        flag(json, "single_word", false),
        json.has("normalized") ? Optional.of(flag(json, "normalized", false)) : Optional.empty(),
        flag(json, "special", false));
  }

  private static boolean flag(JsonNode json, String key, boolean absent) {
    JsonNode value = json.path(key);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new TokenizerException(
          Text.format(
              "%s of the token '%s' must be true or false but is %s",
              key, json.path("content").asText(), value));
    }
    return value.asBoolean(absent);
  }

  boolean normalized() {
    return stated.orElse(!special);
  }

  /** Returns this token with every flag set. */
  AddedToken resolved() {
    return new AddedToken(content, lstrip, rstrip, singleWord, Optional.of(normalized()), special);
  }

  AddedToken orSpecial(boolean value) {
    return new AddedToken(content, lstrip, rstrip, singleWord, stated, special || value).resolved();
  }
}
