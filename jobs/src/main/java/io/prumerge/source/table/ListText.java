package io.prumerge.source.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.prumerge.lang.Text;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads lists that are spelt in a text, by JSON or by Python's {@code repr}: {@code ["a", "b"]},
 * {@code ['a', "it's", 2.5, True]}; also numpy's, {@code ['a' 'b']}; and dicts. Of Python's
 * literals it reads what {@code repr} writes of texts, numbers and booleans, and of lists and dicts
 * of them, with any escapes but names of characters; {@code nan}, which pandas has for a value that
 * is not there, is null.
 */
public final class ListText {

  private static final ObjectReader READER =
      new ObjectMapper()
          .reader()
          .with(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private static final JsonNodeFactory VALUES = JsonNodeFactory.instance;

  private static final Pattern ARRAY =
      Pattern.compile("array\\((\\[.*\\])(,\\s*dtype=[^()]*)?\\)", Pattern.DOTALL);

  private static final String ARRAY_START = "array(";
  private static final Pattern ARRAY_END = Pattern.compile("(,\\s*dtype=[^()]*)?\\)");

  /** Lists and dicts within each other that are read, as those of {@code {'text': ['a', 'b']}}. */
  private static final int DEEPEST = 2;

  private static final Pattern BARE = Pattern.compile("[^\\s,:{}\\]\\['\"]+");
  private static final Pattern INTEGER = Pattern.compile("[+-]?(0+|[1-9]\\d*)");
  private static final Pattern FLOAT =
      Pattern.compile("[+-]?(\\d+\\.\\d*|\\.\\d+|\\d+(?=[eE]))([eE][+-]?\\d+)?");

  /** Longest number that is read; longer ones take time that grows with their square. */
  private static final int LONGEST_NUMBER = 1000;

  private static final String ESCAPED = "\\'\"abfnrtv";
  private static final String MEANT = "\\'\"\u0007\b\f\n\r\t\u000b";

  /** How a list of texts begins. */
  private static final Pattern OF_TEXTS = Pattern.compile("\\[\\s*['\"]");

  /** How a dict begins, whose first key is a text or a whole number. */
  private static final Pattern DICT = Pattern.compile("\\{\\s*(?:['\"]|[+-]?\\d+\\s*:)");

  private final String text;
  private boolean cutOff;
  private int at;
  private int depth;

  private ListText(String text) {
    this.text = text;
  }

  /** Returns whether a text looks like a list: it begins like one of texts, or is in brackets. */
  public static boolean begins(String text) {
    String list = bare(text);
    return OF_TEXTS.matcher(list).lookingAt() || list.startsWith("[") && list.endsWith("]");
  }

  /**
   * Returns the elements; empty if a text is no list, be it in brackets: {@code [EXIT]}.
   *
   * @throws IllegalArgumentException if it is a list that cannot be read, since it begins like one
   *     of texts, or numpy has cut it off; says why
   */
  public static Optional<List<JsonNode>> spelled(String text) {
    if (!begins(text)) {
      return Optional.empty();
    }
    ListText list = new ListText(bare(text));
    try {
      return Optional.of(list.read());
    } catch (IllegalArgumentException e) {
      if (list.cutOff || OF_TEXTS.matcher(list.text).lookingAt()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Returns a text without the name of numpy's type around its list. */
  private static String bare(String text) {
    Matcher array = ARRAY.matcher(text.strip());
    return array.matches() ? array.group(1) : text.strip();
  }

  /** Returns whether a text must be a dict, by JSON or Python: it begins and ends like one. */
  public static boolean isDict(String text) {
    String dict = text.strip();
    return dict.endsWith("}") && DICT.matcher(dict).lookingAt();
  }

  /**
   * Returns the values of a dict by their keys, in their order.
   *
   * @param text that {@link #isDict}
   * @throws IllegalArgumentException if it is no dict of texts, numbers and booleans; says why
   */
  public static Map<String, JsonNode> readDict(String text) {
    String dict = text.strip();
    try {
      Map<String, JsonNode> values = new LinkedHashMap<>();
      READER.readTree(dict).properties().forEach(one -> values.put(one.getKey(), one.getValue()));
      return values;
    } catch (JsonProcessingException e) {
      return new ListText(dict).values(); // which says why, if it is neither
    }
  }

  /**
   * Returns the elements.
   *
   * @param text that {@link #begins}
   * @throws IllegalArgumentException if it is no list; says why
   */
  public static List<JsonNode> read(String text) {
    return new ListText(bare(text)).read();
  }

  private List<JsonNode> read() {
    try {
      List<JsonNode> elements = new ArrayList<>();
      READER.readTree(text).forEach(elements::add);
      return elements;
    } catch (JsonProcessingException e) {
      return elements(); // which says why, if it is neither
    }
  }

  private List<JsonNode> elements() {
    at = 1;
    List<JsonNode> elements = elementsToEnd();
    requireEnd();
    return elements;
  }

  /** Reads up to the bracket that closes the list. */
  private List<JsonNode> elementsToEnd() {
    List<JsonNode> elements = new ArrayList<>();
    skipSpace();
    Optional<Boolean> commas = Optional.empty();
    while (peek() != ']') {
      if (text.startsWith("...", at) && !elements.isEmpty()) {
        cutOff = true;
        throw problem("numpy has cut the list off; write it by tolist()");
      }
      elements.add(element());
      int end = at;
      skipSpace();
      if (peek() == ']') {
        break;
      }
      boolean comma = peek() == ',';
      if (!comma && at == end || commas.isPresent() && commas.get() != comma) {
        throw problem("expected a comma or the end");
      }
      commas = Optional.of(comma); // numpy writes none
      at += comma ? 1 : 0;
      skipSpace();
    }
    return elements;
  }

  private Map<String, JsonNode> values() {
    at = 1;
    Map<String, JsonNode> values = valuesToEnd();
    requireEnd();
    return values;
  }

  /** Reads up to the brace that closes the dict. */
  private Map<String, JsonNode> valuesToEnd() {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    skipSpace();
    while (peek() != '}') {
      String key = element().asText();
      skipSpace();
      if (peek() != ':') {
        throw problem("expected a colon");
      }
      at++;
      skipSpace();
      if (values.put(key, element()) != null) {
        throw problem("the key '" + key + "' stands there twice before");
      }
      skipSpace();
      if (peek() == ',') {
        at++;
        skipSpace();
      } else if (peek() != '}') {
        throw problem("expected a comma or the end");
      }
    }
    return values;
  }

  private void requireEnd() {
    at++;
    if (at < text.length()) {
      throw problem("something follows the end");
    }
  }

  private JsonNode element() {
    if (peek() == 'u' && at + 1 < text.length() && isQuote(text.charAt(at + 1))) {
      at++; // as Python 2 writes texts
    }
    return isQuote(peek()) ? VALUES.textNode(quoted()) : inner().orElseGet(this::bare);
  }

  /** Reads a list or a dict within the text's own; empty if there stands something else. */
  private Optional<JsonNode> inner() {
    boolean array = text.startsWith(ARRAY_START, at);
    int start = array ? at + ARRAY_START.length() : at;
    boolean list = start < text.length() && text.charAt(start) == '[';
    if (!list && peek() != '{') {
      return Optional.empty();
    }
    if (++depth > DEEPEST) {
      throw problem("a list within a list within a list");
    }
    at = start + 1;
    JsonNode read =
        list
            ? VALUES.arrayNode().addAll(elementsToEnd())
            : VALUES.objectNode().setAll(valuesToEnd());
    at++;
    depth--;
    Matcher end = ARRAY_END.matcher(text).region(at, text.length());
    if (array && !end.lookingAt()) {
      throw problem("expected the end of array(");
    }
    at = array ? end.end() : at;
    return Optional.of(read);
  }

  private static boolean isQuote(char c) {
    return c == '\'' || c == '"';
  }

  private String quoted() {
    char quote = text.charAt(at++);
    StringBuilder value = new StringBuilder();
    while (peek() != quote) {
      char c = text.charAt(at++);
      if (c == '\n') {
        throw problem("a text is not closed in its line");
      }
      if (c == '\\') {
        escaped(value);
      } else {
        value.append(c);
      }
    }
    at++;
    return value.toString();
  }

  /** Appends what an escape stands for; Python leaves one that it does not know as it is. */
  private void escaped(StringBuilder value) {
    char c = peek();
    if (c >= '0' && c <= '7') {
      int end = at;
      while (end < text.length() && end < at + 3 && "01234567".indexOf(text.charAt(end)) >= 0) {
        end++;
      }
      value.append((char) Integer.parseInt(text.substring(at, end), 8));
      at = end;
      return;
    }
    at++;
    switch (c) {
      case 'x' -> value.appendCodePoint(code(2));
      case 'u' -> value.appendCodePoint(code(4));
      case 'U' -> value.appendCodePoint(code(8));
      case 'N' -> throw problem("a character by its name is not read");
      case '\n' -> {
        // The text goes on in the next line.
      }
      default -> {
        int known = ESCAPED.indexOf(c);
        value.append(known < 0 ? "\\" + c : MEANT.charAt(known));
      }
    }
  }

  private int code(int digits) {
    int code = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0 || code > Character.MAX_CODE_POINT >> 4) {
        throw problem("an escape is no character");
      }
      code = code << 4 | digit;
      at++;
    }
    if (!Character.isValidCodePoint(code)) {
      throw problem("an escape is no character");
    }
    return code;
  }

  /** Reads a number, a boolean, None, or NaN, which stands for None in tables of numpy's. */
  private JsonNode bare() {
    Matcher word = BARE.matcher(text).region(at, text.length());
    if (!word.lookingAt()) {
      throw problem("expected an element");
    }
    String value = word.group();
    JsonNode read =
        switch (value) {
          case "True", "true" -> VALUES.booleanNode(true);
          case "False", "false" -> VALUES.booleanNode(false);
          case "None", "null", "nan", "NaN" -> VALUES.nullNode();
          default -> number(value);
        };
    at = word.end();
    return read;
  }

  private JsonNode number(String value) {
    if (value.length() <= LONGEST_NUMBER && INTEGER.matcher(value).matches()) {
      return VALUES.numberNode(new BigInteger(value));
    }
    if (value.length() <= LONGEST_NUMBER && FLOAT.matcher(value).matches()) {
      return VALUES.numberNode(Double.parseDouble(value));
    }
    throw problem("an element is neither a quoted text nor a number");
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw problem("it is cut off");
    }
    return text.charAt(at);
  }

  private IllegalArgumentException problem(String what) {
    return new IllegalArgumentException(Text.format("%s at character %d", what, at + 1));
  }
}
