package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Small JSON files that are one object, read whole. */
final class JsonDocument {

  private static final ObjectReader READER =
      new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonDocument() {}

  /**
   * The object in {@code file}.
   *
   * @throws DataException naming file and line when it is not one JSON object
   */
  static JsonLine read(Path file, Configuration hadoop) throws IOException {
    JsonNode node;
    try (InputStream bytes = file.getFileSystem(hadoop).open(file)) {
      node = READER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw invalid(file, e);
    } catch (CharConversionException e) {
      throw invalid(file, e);
    }
    if (!node.isObject()) {
      throw new DataException(
          "%s: the document must be a JSON object, it is %s"
              .formatted(file.getName(), node.isMissingNode() ? "empty" : node.getNodeType()));
    }
    return new JsonLine(file.getName(), 1, node);
  }

  /** Says where a document stops being JSON. */
  static DataException invalid(Path file, JsonProcessingException e) {
    return new DataException(
        "%s:%d: not valid JSON (is the file cut off?): %s"
            .formatted(
                file.getName(),
                e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                e.getOriginalMessage()),
        e);
  }

  /** Says that a document, which begins like UTF-16 or UTF-32, is not even that. */
  static DataException invalid(Path file, CharConversionException e) {
    return new DataException(file.getName() + ": not UTF-8: " + e.getMessage(), e);
  }
}
