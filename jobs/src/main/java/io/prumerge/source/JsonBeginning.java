package io.prumerge.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The first field of the object at the beginning of a file; it distinguishes formats.
 *
 * @param name name of the field
 * @param value first token of its value
 */
public record JsonBeginning(String name, JsonToken value) {

  private static final Pattern TEXT = Pattern.compile(".*\\.(jsonl?|txt)");

  /** Lines that are looked at for one that can be read. */
  private static final int MOST_LINES = 100;

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectReader LINE =
      MAPPER
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);

  /** Reads on from the start of an object; returns null if that is not valid. */
  private interface Reading<T> {
    T read(JsonParser parser) throws IOException;
  }

  /** Reads the first field; empty if the file does not begin with an object that has a field. */
  public static Optional<JsonBeginning> of(Path file, Configuration hadoop) throws IOException {
    return reading(
        file,
        hadoop,
        parser -> {
          String name = parser.nextFieldName();
          return name == null ? null : new JsonBeginning(name, parser.nextToken());
        });
  }

  /**
   * Reads the whole object; empty if the file does not begin with one, or its name does not end
   * like a text file's ({@code .json}, {@code .jsonl}, {@code .txt}, compressed or not). Where its
   * first lines cannot be read, it is that of a line after them.
   */
  public static Optional<JsonNode> firstObject(Path file, Configuration hadoop) throws IOException {
    if (!TEXT.matcher(PackedFile.name(file)).matches()) {
      return Optional.empty();
    }
    try {
      return readingOrFail(file, hadoop, JsonParser::readValueAsTree);
    } catch (JsonProcessingException | CharConversionException e) {
      return firstLine(file, hadoop);
    }
  }

  /**
   * Returns whether each line is an object, as the first two seem to be that are not empty.
   *
   * @param only whether an object that is the only line is one of such lines, though it holds
   *     others, or was cut off
   */
  public static boolean isLines(Path file, boolean only, Configuration hadoop) throws IOException {
    try (BufferedReader lines = lines(file, hadoop)) {
      Optional<String> first = filled(lines);
      if (only && first.isPresent() && isCut(first.get())) {
        Optional<String> second = filled(lines);
        return second.isEmpty() || !isCut(second.get()) && flat(second.get()).isPresent();
      }
      Optional<Boolean> flat = first.isEmpty() ? Optional.empty() : flat(first.get());
      if (flat.isEmpty()) {
        return false;
      }
      Optional<String> second = filled(lines);
      return second.isEmpty() ? only || flat.get() : second.get().stripLeading().startsWith("{");
    } catch (JsonProcessingException | DataException e) {
      return false; // of a document, a line may be longer than may be read
    }
  }

  /** Returns whether a text begins as an object and is none. */
  private static boolean isCut(String text) throws IOException {
    try {
      return text.stripLeading().startsWith("{") && flat(text).isEmpty();
    } catch (JsonProcessingException e) {
      return true;
    }
  }

  /**
   * Returns whether a text is an object that holds no others; empty if it is no object. There may
   * be too much of it to hold it as a tree.
   */
  private static Optional<Boolean> flat(String text) throws IOException {
    try (JsonParser parser = LINE.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      boolean flat = true;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        flat &= parser.nextToken().isScalarValue();
        parser.skipChildren();
      }
      return parser.nextToken() == null ? Optional.of(flat) : Optional.empty();
    }
  }

  /** Returns the next line that is not empty, without the mark that may begin a file. */
  private static Optional<String> filled(BufferedReader lines) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String text = line.startsWith("\uFEFF") ? line.substring(1) : line;
      if (!text.isBlank()) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }

  /** Returns whether a file begins with an array. */
  public static boolean isArray(Path file, Configuration hadoop) throws IOException {
    try (JsonParser parser = MAPPER.createParser(PackedFile.open(file, hadoop))) {
      return parser.nextToken() == JsonToken.START_ARRAY;
    } catch (JsonProcessingException | CharConversionException e) {
      return false; // the reader of the file reports the error
    }
  }

  private static BufferedReader lines(Path file, Configuration hadoop) throws IOException {
    return new BufferedReader(
        new InputStreamReader(PackedFile.open(file, hadoop), StandardCharsets.UTF_8));
  }

  private static Optional<JsonNode> firstLine(Path file, Configuration hadoop) throws IOException {
    try (BufferedReader lines = lines(file, hadoop)) {
      for (int i = 0; i < MOST_LINES; i++) {
        Optional<String> line = filled(lines);
        if (line.isEmpty()) {
          return Optional.empty();
        }
        try {
          JsonNode node = LINE.readTree(line.get());
          if (node.isObject()) {
            return Optional.of(node);
          }
        } catch (JsonProcessingException e) {
          continue; // the reader of the file reports the error
        }
      }
    }
    return Optional.empty();
  }

  /** Returns whether the first object of a file, as {@link #firstObject}, has one of the fields. */
  public static boolean hasField(Path file, Configuration hadoop, String... fields)
      throws IOException {
    return firstObject(file, hadoop)
        .filter(object -> Stream.of(fields).anyMatch(object::has))
        .isPresent();
  }

  /** Returns whether a file is an object whose first value is one with this field. */
  public static boolean hasFieldInFirst(Path file, Configuration hadoop, String field)
      throws IOException {
    return reading(
            file,
            hadoop,
            parser ->
                parser.nextFieldName() != null && parser.nextToken() == JsonToken.START_OBJECT
                    ? parser.<JsonNode>readValueAsTree()
                    : null)
        .filter(first -> first.has(field))
        .isPresent();
  }

  private static <T> Optional<T> reading(Path file, Configuration hadoop, Reading<T> reading)
      throws IOException {
    try {
      return readingOrFail(file, hadoop, reading);
    } catch (JsonProcessingException | CharConversionException e) {
      // The reader of the file reports the error.
      return Optional.empty();
    }
  }

  private static <T> Optional<T> readingOrFail(Path file, Configuration hadoop, Reading<T> reading)
      throws IOException {
    if (file.getFileSystem(hadoop).getFileStatus(file).isDirectory()) {
      return Optional.empty();
    }
    try (JsonParser parser = MAPPER.createParser(PackedFile.open(file, hadoop))) {
      return parser.nextToken() == JsonToken.START_OBJECT
          ? Optional.ofNullable(reading.read(parser))
          : Optional.empty();
    }
  }
}
