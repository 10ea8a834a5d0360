package io.prumerge.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The wording of one benchmark's prompts.
 *
 * @param body pieces to concatenate; each may hold one of {@code {question}}, {@code {hint}},
 *     {@code {options}} and {@code {ocr}}, and is left out if the question lacks that part
 * @param suffix text after the body
 * @param chineseSuffix text after a body with a Chinese character, instead of the suffix
 * @param sentenceCase whether the question's first letter is made upper case, all others lower
 * @param strip whether white space around the body is removed
 */
record PromptTemplate(
    List<String> body,
    String suffix,
    Optional<String> chineseSuffix,
    boolean sentenceCase,
    boolean strip) {

  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");
  private static final Pattern CHINESE = Pattern.compile("[\u4e00-\u9fff]");

  PromptTemplate {
    body = List.copyOf(body);
  }

  /** Reads a template of the resource. */
  static PromptTemplate of(JsonNode wording) {
    List<String> body = new ArrayList<>();
    wording.get("body").forEach(piece -> body.add(piece.textValue()));
    return new PromptTemplate(
        body,
        wording.get("suffix").textValue(),
        Optional.ofNullable(wording.path("chineseSuffix").textValue()),
        wording.path("sentenceCase").booleanValue(),
        wording.path("strip").booleanValue());
  }

  /** The prompt of a question. */
  String prompt(PromptParts parts) {
    Map<String, Optional<String>> values =
        Map.of(
            "question", Optional.of(question(parts)),
            "hint", Optional.of(parts.hint()).filter(hint -> !hint.isEmpty()),
            "options", options(parts.options()),
            "ocr", ocr(parts.ocrTokens()));
    String text = body.stream().map(piece -> filled(piece, values)).collect(Collectors.joining());
    String asked = strip ? text.strip() : text;
    return asked + (CHINESE.matcher(asked).find() ? chineseSuffix.orElse(suffix) : suffix);
  }

  private static String filled(String piece, Map<String, Optional<String>> values) {
    Matcher place = PLACE.matcher(piece);
    return place.find()
        ? values.get(place.group(1)).map(value -> piece.replace(place.group(), value)).orElse("")
        : piece;
  }

  private String question(PromptParts parts) {
    String question = parts.question();
    if (!sentenceCase || question.isEmpty()) {
      return question;
    }
    int first = question.codePointAt(0);
    return Character.toString(Character.toTitleCase(first))
        + question.substring(Character.charCount(first)).toLowerCase(Locale.ROOT);
  }

  private static Optional<String> options(List<String> options) {
    return IntStream.range(0, options.size())
        .mapToObj(i -> Character.toString('A' + i) + ". " + options.get(i))
        .reduce((above, below) -> above + "\n" + below);
  }

  private static Optional<String> ocr(List<String> tokens) {
    return tokens.stream().reduce((before, after) -> before + ", " + after);
  }
}
