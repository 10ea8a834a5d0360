package io.prumerge.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.prumerge.lang.Text;
import java.io.Closeable;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A JSON document that is read token by token, with one element in memory at a time. */
final class JsonText implements Closeable {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // as Python writes what is missing
          .build();

  private final Path file;
  private final BoundedText bytes;
  private final JsonParser parser;

  private JsonText(Path file, BoundedText bytes) throws IOException {
    this.file = file;
    this.bytes = bytes;
    this.parser = MAPPER.createParser(bytes);
  }

  /** Opens a document before its first token. */
  static JsonText open(Path file, Configuration hadoop) throws IOException {
    return new JsonText(file, PackedFile.open(file, hadoop));
  }

  /** Reads the next token; null at the document's end. */
  JsonToken next() throws IOException {
    bytes.begin(parser.currentLocation().getLineNr());
    return parser.nextToken();
  }

  /** Returns the name of the last field. */
  String name() throws IOException {
    return parser.currentName();
  }

  /** Returns the line, from 1, of the last token. */
  int line() {
    return parser.currentTokenLocation().getLineNr();
  }

  /** Reads the value that the last token begins. */
  JsonItem item() throws IOException {
    int line = line();
    return new JsonItem(file.getName(), line, parser.readValueAsTree());
  }

  /** Reads to the end of the value that the last token begins, however long it is. */
  void skip() throws IOException {
    skip(0);
  }

  /**
   * Reads to the end of the array or the object that the last token is in, unless it is that end.
   */
  void leave() throws IOException {
    JsonToken last = parser.currentToken();
    if (last != null && !last.isStructEnd()) {
      skip(1);
    }
  }

  /**
   * @param open how many arrays and objects that end within this were begun before the last token
   */
  private void skip(int open) throws IOException {
    int line = line();
    int depth = open;
    for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (depth == 0) {
        return;
      }
      bytes.begin(line);
    }
  }

  /** Checks the last token. */
  void expect(JsonToken token, String what) {
    if (parser.currentToken() != token) {
      throw new DataException(
          Text.format(
              "%s: %s must be %s, it is %s",
              file.getName(),
              what,
              token == JsonToken.START_ARRAY ? "a JSON array" : "a JSON object",
              parser.currentToken() == null ? "empty" : parser.currentToken()));
    }
  }

  /** Checks that nothing follows the document. */
  void requireEnd() throws IOException {
    if (next() != null) {
      throw new DataException(
          Text.format("%s:%d: something follows the JSON document", file.getName(), line()));
    }
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
