package io.prumerge.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.prumerge.lang.Text;
import io.prumerge.location.CauseText;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Reads small JSON files that are one object. */
public final class JsonDocument {

  private static final ObjectReader READER =
      new ObjectMapper()
          .reader()
          .with(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS); // as Python writes what is missing

  /** Jackson's message about a duplicate key. */
  private static final Pattern DUPLICATE = Pattern.compile("^Duplicate field ('.*') for ");

  private JsonDocument() {}

  /**
   * Reads the object in {@code file}.
   *
   * @throws DataException if it is not one JSON object; names file and line
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
          Text.format(
              "%s: the document must be a JSON object, it is %s",
              file.getName(), node.isMissingNode() ? "empty" : node.getNodeType()));
    }
    return new JsonLine(file.getName(), 1, node);
  }

  /** Returns an error with the line where a document stops being JSON: what follows is lost. */
  static DataException invalid(Path file, JsonProcessingException e) {
    return new DataException(
            Text.format(
                "%s:%d: %s",
                file.getName(),
                e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                reason(e)),
            e)
        .ofFile();
  }

  /** Returns why Jackson refuses a text. */
  static String reason(JsonProcessingException e) {
    Matcher twice = DUPLICATE.matcher(e.getOriginalMessage());
    return twice.find()
        ? "the key " + twice.group(1) + " stands twice in an object"
        : Text.format(
            "not valid JSON (is the file cut off?)%s: %s",
            e.getLocation() == null ? "" : ", column " + e.getLocation().getColumnNr(),
            CauseText.ofSyntax(e));
  }

  /** Returns an error about a document that begins like UTF-16 or UTF-32 but is neither. */
  static DataException invalid(Path file, CharConversionException e) {
    return new DataException(file.getName() + ": not UTF-8: " + e.getMessage(), e).ofFile();
  }
}
