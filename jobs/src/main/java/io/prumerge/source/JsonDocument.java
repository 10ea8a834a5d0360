package io.prumerge.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Small JSON files that are one object, read whole. */
public final class JsonDocument {

  private static final ObjectReader READER =
      new ObjectMapper()
          .reader()
          .with(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  /** How Jackson says that a key stands twice. */
  private static final Pattern DUPLICATE = Pattern.compile("^Duplicate field ('.*') for ");

  private JsonDocument() {}

  /**
   * The object in {@code file}.
   *
   * @throws DataException naming file and line when it is not one JSON object
   */
  public static JsonLine read(Path file, Configuration hadoop) throws IOException {
    JsonNode node;
    try (InputStream bytes = PackedFile.open(file, hadoop)) {
      node = READER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw invalid(file, e);
    } catch (CharConversionException e) {
      throw invalid(file, e);
    }
    if (!node.isObject()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: the document must be a JSON object, it is %s",
              file.getName(),
              node.isMissingNode() ? "empty" : node.getNodeType()));
    }
    return new JsonLine(file.getName(), 1, node);
  }

  /** Says where a document stops being JSON. */
  static DataException invalid(Path file, JsonProcessingException e) {
    return new DataException(
        String.format(
            Locale.ROOT,
            "%s:%d: %s",
            file.getName(),
            e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
            reason(e)),
        e);
  }

  /** What is wrong with a text that Jackson refuses. */
  static String reason(JsonProcessingException e) {
    Matcher twice = DUPLICATE.matcher(e.getOriginalMessage());
    return twice.find()
        ? "the key " + twice.group(1) + " stands twice in an object"
        : "not valid JSON (is the file cut off?): " + e.getOriginalMessage();
  }

  /** Says that a document, which begins like UTF-16 or UTF-32, is not even that. */
  static DataException invalid(Path file, CharConversionException e) {
    return new DataException(file.getName() + ": not UTF-8: " + e.getMessage(), e);
  }
}
