package io.prumerge.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.CharConversionException;
import java.io.IOException;
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

  private static final ObjectMapper MAPPER = new ObjectMapper();

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
   * like a text file's ({@code .json}, {@code .jsonl}, {@code .txt}, compressed or not).
   */
  public static Optional<JsonNode> firstObject(Path file, Configuration hadoop) throws IOException {
    return TEXT.matcher(PackedFile.name(file)).matches()
        ? reading(file, hadoop, JsonParser::readValueAsTree)
        : Optional.empty();
  }

  /** Returns whether the first object of a file, as {@link #firstObject}, has one of the fields. */
  public static boolean hasField(Path file, Configuration hadoop, String... fields)
      throws IOException {
    return firstObject(file, hadoop)
        .filter(object -> Stream.of(fields).anyMatch(object::has))
        .isPresent();
  }

  private static <T> Optional<T> reading(Path file, Configuration hadoop, Reading<T> reading)
      throws IOException {
    if (file.getFileSystem(hadoop).getFileStatus(file).isDirectory()) {
      return Optional.empty();
    }
    try (JsonParser parser = MAPPER.createParser(PackedFile.open(file, hadoop))) {
      return parser.nextToken() == JsonToken.START_OBJECT
          ? Optional.ofNullable(reading.read(parser))
          : Optional.empty();
    } catch (JsonProcessingException | CharConversionException e) {
      // The reader of the file reports the error.
      return Optional.empty();
    }
  }
}
