package io.prumerge.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a YAML document with its line, so that a reader can say where each fault is. Tags are
 * refused, and aliases only repeat what is in the document, within bounds.
 *
 * @param line of its key or, of other values, its own; from 1
 * @param value a {@code Map<String, YamlNode>} in the document's order, a {@code List<YamlNode>}, a
 *     String, Boolean or Number, or null
 * @param end place in the document's text where the value has ended; of keys with values that are
 *     not in braces, where the next value begins
 * @param inBraces whether the value is keys with values in braces
 * @param source of a boolean or a number its text in the document, such as {@code no} or {@code
 *     1_000}, which YAML 1.2 takes for texts; of other values empty
 */
public record YamlNode(int line, Object value, int end, boolean inBraces, String source) {

  /** Values of a document at most, those of aliases counted as often as they stand there. */
  private static final int MOST = 10_000;

  private static final int DEEPEST = 20;

  private static final YAMLFactory FACTORY = new YAMLFactory();

  /**
   * Reads a document.
   *
   * @param name the document's name in messages
   * @throws IllegalArgumentException naming document and line, if it is no YAML, has a key twice, a
   *     tag, or too many values
   */
  public static YamlNode parse(String text, String name) {
    try (YAMLParser parser = FACTORY.createParser(text)) {
      Reader reader = new Reader(parser, text, name);
      if (parser.nextToken() == null) {
        throw new IllegalArgumentException(name + ": the file is empty");
      }
      YamlNode node = reader.node(1, 0);
      if (parser.nextToken() != null) {
        throw reader.error("a second document; a file holds one");
      }
      return node;
    } catch (JsonProcessingException e) {
      YamlFault fault = YamlFault.of(e);
      String at = fault.line().map(line -> ":" + line).orElse("");
      throw new IllegalArgumentException(name + at + ": " + fault.reason(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name, e);
    }
  }

  /** Returns whether there is a value. */
  public boolean isPresent() {
    return value != null;
  }

  /** Returns the values by their keys; null if these are no keys with values. */
  @SuppressWarnings("unchecked") // the reader makes no other maps
  public Map<String, YamlNode> map() {
    return value instanceof Map ? (Map<String, YamlNode>) value : null;
  }

  /** Returns the values of a list; null if this is none. */
  @SuppressWarnings("unchecked") // the reader makes no other lists
  public List<YamlNode> list() {
    return value instanceof List ? (List<YamlNode>) value : null;
  }

  /** Returns a text; null if this is none. */
  public String text() {
    return value instanceof String text ? text : null;
  }

  /** Returns the value as Java's collections, texts, numbers and booleans, without lines. */
  public Object plain() {
    if (map() != null) {
      Map<String, Object> plain = new LinkedHashMap<>();
      map().forEach((key, one) -> plain.put(key, one.plain()));
      return plain;
    }
    return list() == null ? value : list().stream().map(YamlNode::plain).toList();
  }

  /** Reads the parser's tokens, and counts them. */
  private static final class Reader {

    private final YAMLParser parser;
    private final String text;
    private final String name;
    private final Map<String, YamlNode> anchors = new HashMap<>();
    private final Map<String, Integer> sizes = new HashMap<>();
    private int count;

    Reader(YAMLParser parser, String text, String name) {
      this.parser = parser;
      this.text = text;
      this.name = name;
    }

    IllegalArgumentException error(String problem) {
      return new IllegalArgumentException(Text.format("%s:%d: %s", name, line(), problem));
    }

    private int line() {
      return parser.currentTokenLocation().getLineNr();
    }

    /**
     * Reads the value that begins with the current token.
     *
     * @param line that it is said to be at
     */
    YamlNode node(int line, int depth) throws IOException {
      if (depth > DEEPEST) {
        throw error("values lie more than " + DEEPEST + " levels deep");
      }
      add(1);
      if (parser.isCurrentAlias()) {
        String alias = parser.getText();
        YamlNode known = anchors.get(alias);
        if (known == null) {
          throw error("'*" + alias + "' repeats nothing that stands before it");
        }
        add(sizes.get(alias));
        return new YamlNode(line, known.value(), end(), known.inBraces(), known.source());
      }
      if (parser.getTypeId() != null) {
        throw error("tags such as !" + parser.getTypeId() + " are not read; write the value alone");
      }
      String anchor = parser.getObjectId() == null ? "" : parser.getObjectId().toString();
      int before = count;
      boolean typed = parser.currentToken().isBoolean() || parser.currentToken().isNumeric();
      String source = typed ? parser.getText() : "";
      Object value = value(depth);
      YamlNode node =
          new YamlNode(line, value, end(), value instanceof Map && endsWithMark(), source);
      if (!anchor.isEmpty()) {
        anchors.put(anchor, node);
        sizes.put(anchor, count - before);
      }
      return node;
    }

    /** Returns the place after the current token; the parser counts code points. */
    private int end() {
      return text.offsetByCodePoints(0, (int) parser.currentLocation().getCharOffset());
    }

    /** Returns whether the current token is a mark, such as a brace: a block ends without one. */
    private boolean endsWithMark() {
      return parser.currentTokenLocation().getCharOffset()
          < parser.currentLocation().getCharOffset();
    }

    private void add(int values) {
      count += values;
      if (count > MOST) {
        throw error("the file has more than " + MOST + " values");
      }
    }

    private Object value(int depth) throws IOException {
      return switch (parser.currentToken()) {
        case START_OBJECT -> map(depth);
        case START_ARRAY -> list(depth);
        case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
        case VALUE_NULL -> null;
        default -> parser.getText();
      };
    }

    private Map<String, YamlNode> map(int depth) throws IOException {
      Map<String, YamlNode> map = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        if (map.containsKey(key)) {
          throw error("the key '" + key + "' stands here twice");
        }
        int line = line();
        parser.nextToken();
        map.put(key, node(line, depth + 1));
      }
      return map;
    }

    private List<YamlNode> list(int depth) throws IOException {
      List<YamlNode> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(node(line(), depth + 1));
      }
      return list;
    }
  }
}
