package io.prumerge.jobs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A value in a sweep's file, read strictly: every refusal names the file, the place in it and what
 * stands there.
 *
 * @param file as it was given
 * @param place keys and positions from the file's top, like {@code methods[2].k}; empty = the top
 * @param node what stands there
 */
record SweepNode(Path file, String place, JsonNode node) {

  private static final ObjectMapper MAPPER =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Far more than any list of methods; a file named by mistake is not read into memory. */
  private static final long MOST_BYTES = 1 << 20;

  /** Reads the file, whose top must be keys with values. */
  static SweepNode read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UsageException("No sweep file %s here".formatted(file));
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new UsageException(
          "%s has %,d bytes, a sweep file at most %,d; is it another file?"
              .formatted(file, Files.size(file), MOST_BYTES));
    }
    try {
      SweepNode top = new SweepNode(file, "", MAPPER.readTree(Files.readAllBytes(file)));
      if (!top.node().isObject()) {
        throw top.refusal("keys with values");
      }
      return top;
    } catch (JsonProcessingException e) {
      String at = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
      String problem = e.getOriginalMessage().lines().findFirst().orElse("it is no YAML");
      throw new UsageException("Cannot read %s%s: %s".formatted(file, at, problem), e);
    } catch (IllegalArgumentException e) { // SnakeYAML, of an escape that is cut off
      throw new UsageException(
          "Cannot read %s: an escape in it stands for no character: %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /** Refuses any other key. */
  void requireKnown(Set<String> known) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw new UsageException(
                    "%s: unknown key '%s'%s; known: %s"
                        .formatted(
                            file,
                            key,
                            place.isEmpty() ? "" : " in " + place,
                            String.join(", ", new TreeSet<>(known))));
              }
            });
  }

  /** The keys, in the file's order; none where this has no keys. */
  List<String> keys() {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** What stands under a key, if it is there. */
  Optional<SweepNode> at(String key) {
    String below = place.isEmpty() ? key : place + "." + key;
    return Optional.ofNullable(node.get(key)).map(value -> new SweepNode(file, below, value));
  }

  /** The elements of a list that is not empty. */
  List<SweepNode> list() {
    if (!node.isArray() || node.isEmpty()) {
      throw refusal("a list of at least one element");
    }
    List<SweepNode> elements = new ArrayList<>();
    for (JsonNode element : node) {
      elements.add(new SweepNode(file, "%s[%d]".formatted(place, elements.size()), element));
    }
    return elements;
  }

  /** The elements of a list, or the one value that stands in its place. */
  List<SweepNode> oneOrMore() {
    return node.isArray() ? list() : List.of(this);
  }

  /** A text that is not empty. */
  String text() {
    if (!node.isTextual() || node.asText().isBlank()) {
      throw refusal("a text");
    }
    return node.asText();
  }

  /** A text, number, true or false, as it would be typed on the command line. */
  String word() {
    if (!node.isTextual() && !node.isNumber() && !node.isBoolean() || node.asText().isBlank()) {
      throw refusal("a text, a number, true or false");
    }
    return node.asText();
  }

  /** A whole number from 1 to {@code most}. */
  long count(long most) {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw refusal("a whole number");
    }
    if (node.asLong() < 1 || node.asLong() > most) {
      throw refusal("a whole number from 1 to " + most);
    }
    return node.asLong();
  }

  /** A number from 0 to 1. */
  double share() {
    if (!node.isNumber() || !(node.asDouble() >= 0 && node.asDouble() <= 1)) {
      throw refusal("a number from 0 to 1");
    }
    return node.asDouble();
  }

  /** One of the enum's constants, by its name in lower case. */
  <E extends Enum<E>> E choice(Class<E> type) {
    List<String> names =
        Stream.of(type.getEnumConstants())
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .toList();
    if (!node.isTextual() || !names.contains(node.asText())) {
      throw refusal("one of " + String.join(", ", names));
    }
    return type.getEnumConstants()[names.indexOf(node.asText())];
  }

  /** Says what should have stood here. */
  UsageException refusal(String expected) {
    return new UsageException(
        "%s: %s must be %s but is %s"
            .formatted(file, place.isEmpty() ? "the file" : place, expected, node));
  }
}
