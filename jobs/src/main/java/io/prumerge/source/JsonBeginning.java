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
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The first field of the object that a file begins with, by which forms are told apart.
 *
 * @param name of the field
 * @param value the token that its value begins with
 */
public record JsonBeginning(String name, JsonToken value) {

  private static final Pattern TEXT = Pattern.compile(".*\\.(jsonl?|txt)");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Reads on from the start of an object; null where that is not as it should be. */
  private interface Reading<T> {
    T read(JsonParser parser) throws IOException;
  }

  /** Nothing where the file does not begin with an object that has a field. */
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
   * The whole object; nothing where the file does not begin with one, or its name ends like that of
   * no text file ({@code .json}, {@code .jsonl}, {@code .txt}, packed or not).
   */
  public static Optional<JsonNode> firstObject(Path file, Configuration hadoop) throws IOException {
    return TEXT.matcher(PackedFile.name(file)).matches()
        ? reading(file, hadoop, JsonParser::readValueAsTree)
        : Optional.empty();
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
      // Whoever reads the file says what is wrong with it.
      return Optional.empty();
    }
  }
}
