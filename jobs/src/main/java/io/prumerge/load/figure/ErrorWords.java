package io.prumerge.load.figure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.console.Texts;
import io.prumerge.engine.ErrorKind;
import io.prumerge.lang.Text;
import io.prumerge.load.generate.LoadOutcome;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The errors of requests in few words, with how often each was met. */
final class ErrorWords {

  /** Kinds that are named; the requests have all errors. */
  private static final int MOST = 5;

  private static final int LONGEST = 120;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What a service said: a status, and the body that came with it. */
  private static final Pattern REFUSAL = Pattern.compile("(status \\d{3})(: )(.*)", Pattern.DOTALL);

  /** Numbers and identities of single requests, which make no kind of error. */
  private static final Pattern SINGLE = Pattern.compile("[0-9a-f]{8,}|\\d+");

  private ErrorWords() {}

  /**
   * Returns each kind of error as in {@code 108 x status 429: queue is full}, the commonest first:
   * errors that differ in numbers alone are one kind, by the status that it came with, and named by
   * the first of them.
   *
   * @param rows those without an error do not count
   */
  static List<String> of(List<LoadRow> rows) {
    Map<String, List<String>> kinds =
        rows.stream()
            .filter(row -> row.outcome() == LoadOutcome.ERROR)
            .map(ErrorWords::of)
            .collect(
                Collectors.groupingBy(ErrorWords::kind, LinkedHashMap::new, Collectors.toList()));
    List<List<String>> sorted =
        kinds.values().stream()
            .sorted(Comparator.comparingInt((List<String> one) -> one.size()).reversed())
            .toList();
    int others = sorted.stream().skip(MOST).mapToInt(List::size).sum();
    return Stream.concat(
            sorted.stream().limit(MOST).map(one -> times(one.size(), one.get(0))),
            Stream.of(others).filter(count -> count > 0).map(count -> times(count, "others")))
        .toList();
  }

  private static String times(int count, String words) {
    return Text.format("%,d x %s", count, words);
  }

  private static String kind(String words) {
    Matcher refusal = REFUSAL.matcher(words);
    return refusal.lookingAt()
        ? refusal.group(1) + SINGLE.matcher(refusal.group(3)).replaceAll("#")
        : SINGLE.matcher(words).replaceAll("#");
  }

  /** Returns a request's error without what all errors of its server begin with. */
  private static String of(LoadRow row) {
    String failed = ErrorKind.ENDPOINT_FAILED.with("");
    String server = "The endpoint " + row.series().subject().model() + " ";
    String words =
        without("failed with: ", without(server, without(failed, row.error().orElseThrow())));
    Matcher refusal = REFUSAL.matcher(words);
    String said =
        refusal.find()
            ? words.substring(0, refusal.start(3))
                + message(refusal.group(3)).orElse(refusal.group(3))
            : words;
    return Texts.inLine(said, LONGEST);
  }

  private static String without(String beginning, String text) {
    return text.startsWith(beginning) ? text.substring(beginning.length()) : text;
  }

  /** Returns the message of an error's JSON, as OpenAI's services and FastAPI's write it. */
  private static Optional<String> message(String body) {
    try {
      JsonNode root = MAPPER.readTree(body);
      return Stream.of(
              root.at("/error/message"), root.at("/error"), root.at("/message"), root.at("/detail"))
          .filter(JsonNode::isTextual)
          .map(JsonNode::textValue)
          .findFirst();
    } catch (JsonProcessingException e) {
      return Optional.empty(); // a page of HTML, or JSON that is cut
    }
  }
}
