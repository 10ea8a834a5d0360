package io.prumerge.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What makes a text no YAML, in words for who wrote it: SnakeYAML's own name the parser's states.
 *
 * @param line where it is, from 1; where a text or a list begins that does not end; empty if it is
 *     not known
 */
record YamlFault(Optional<Integer> line, String reason) {

  /** SnakeYAML's mark of a place; the first of two is where the faulty value begins. */
  private static final Pattern MARK = Pattern.compile("(?m)^\\s*in .*, line (\\d+), column \\d+:$");

  /** What SnakeYAML says only after the line that is wrong. */
  private static final Pattern LATE =
      Pattern.compile(
          "found unexpected end of stream|expected ',' or '[\\]}]'|could not find expected ':'");

  private static final Map<Pattern, String> WORDS = new LinkedHashMap<>();

  static {
    word("found character '\\\\t", "a tab stands before the text; indent with spaces");
    word("found character '(.)'", "a value cannot begin with $1; put it in quotes");
    word(
        "mapping values are not allowed here",
        "a colon stands where no key can be; put a text with a colon and a space in quotes, and"
            + " begin keys that belong together in the same column");
    word(
        "could not find expected ':'",
        "a line without a key; a key ends with a colon and a space, as in 'name: value'");
    word(
        "expected <block end>",
        "the value has ended before this; put a text that begins with {, [ or a quote in quotes as"
            + " a whole, and begin keys that belong together in the same column");
    word("Malformed numeric value '(.*)'", "$1 is no number that is read; put a text in quotes");
    word("found unexpected end of stream", "a text in quotes begins here that does not end");
    word(
        "expected ',' or '([\\]}])'",
        "what begins here does not end with $1, or lacks a comma between two values");
    word(
        "found unknown escape character (.)",
        "\\\\$1 means nothing in double quotes; write \\\\\\\\ for a backslash, or use single"
            + " quotes");
  }

  private static void word(String told, String meant) {
    WORDS.put(Pattern.compile(told), meant);
  }

  static YamlFault of(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    Optional<Integer> line =
        MARK.matcher(message)
            .results()
            .map(mark -> Integer.valueOf(mark.group(1)))
            .reduce((first, last) -> LATE.matcher(message).find() ? first : last)
            .or(() -> Optional.ofNullable(e.getLocation()).map(place -> place.getLineNr()));
    return new YamlFault(line, reason(message));
  }

  private static String reason(String message) {
    for (Map.Entry<Pattern, String> word : WORDS.entrySet()) {
      Matcher told = word.getKey().matcher(message);
      if (told.find()) {
        MatchResult found = told.toMatchResult();
        return word.getKey().matcher(found.group()).replaceFirst(word.getValue());
      }
    }
    return message
        .lines()
        .filter(line -> line.matches("\\S.*") && !line.startsWith("in "))
        .collect(Collectors.joining(": "));
  }
}
