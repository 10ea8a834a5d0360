package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The first field of the object that a file begins with, by which forms are told apart.
 *
 * @param name of the field
 * @param value the token that its value begins with
 */
record JsonBeginning(String name, JsonToken value) {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Reads on from the start of an object; null where that is not as it should be. */
  private interface Reading<T> {
    T read(JsonParser parser) throws IOException;
  }

  /** Nothing where the file does not begin with an object that has a field. */
  static Optional<JsonBeginning> of(Path file, Configuration hadoop) throws IOException {
    return reading(
        file,
        hadoop,
        parser -> {
          String name = parser.nextFieldName();
          return name == null ? null : new JsonBeginning(name, parser.nextToken());
        });
  }

  /** The whole object; nothing where the file does not begin with one. */
  static Optional<JsonNode> firstObject(Path file, Configuration hadoop) throws IOException {
    return reading(file, hadoop, JsonParser::readValueAsTree);
  }

  private static <T> Optional<T> reading(Path file, Configuration hadoop, Reading<T> reading)
      throws IOException {
    try (JsonParser parser =
        MAPPER.createParser((InputStream) file.getFileSystem(hadoop).open(file))) {
      return parser.nextToken() == JsonToken.START_OBJECT
          ? Optional.ofNullable(reading.read(parser))
          : Optional.empty();
    } catch (JsonProcessingException | CharConversionException e) {
      // Whoever reads the file says what is wrong with it.
      return Optional.empty();
    }
  }
}
