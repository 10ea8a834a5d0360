package io.prumerge.pickle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads a pickled list of plain values: dictionaries with texts as keys, lists, tuples, texts,
 * numbers, booleans and None, in the protocols 0 to 4. A pickle that names a module is refused, so
 * nothing but data comes out of one. Reference: Python 3.11, Lib/pickletools.py.
 */
public final class PlainPickle {

  private static final int NEWEST = 4;

  /** A text of Python 2 stands on a line; an annotation is far shorter. */
  private static final int LONGEST_TEXT = 1 << 20;

  /** Depth of nesting in an element; a description in RefCOCO's files has 4. */
  private static final int DEEPEST = 16;

  private PlainPickle() {}

  /**
   * Passes on the elements of the list that a pickle holds, in their order, as JSON: tuples as
   * arrays, None as null.
   *
   * @throws PickleException saying what in the pickle is not allowed or damaged, also if it repeats
   *     values so often that its elements are larger than itself
   */
  public static void elements(byte[] pickle, Consumer<JsonNode> sink) {
    if (!(new Machine(pickle).run() instanceof Items list)) {
      throw new PickleException("it holds no list");
    }
    Conversion conversion = new Conversion(pickle.length);
    list.values.forEach(element -> sink.accept(conversion.json(element, 0)));
  }

  /** A list. Compared by identity, because it may contain itself. */
  private static final class Items {
    private final List<Object> values = new ArrayList<>();
  }

  /** Adds the opcodes of lists, and those of protocols other than torch's. */
  private static final class Machine extends Unpickler {

    Machine(byte[] pickle) {
      super(pickle);
    }

    @Override
    void protocol(int version) {
      if (version > NEWEST) {
        throw new PickleException(
            "it has pickle protocol " + version + "; the newest that is read is " + NEWEST);
      }
    }

    @Override
    void step(int opcode) {
      switch (opcode) {
        case 'c', 'R', 'Q', 'b' ->
            throw new PickleException(
                Text.format(
                    "opcode 0x%02x at byte %d names or makes an object, and only plain values are"
                        + " allowed",
                    opcode, bytes.position() - 1));
        case ']' -> push(new Items());
        case 'l' -> {
          Items list = new Items();
          list.values.addAll(marked());
          push(list);
        }
        case 'a' -> {
          Object value = pop();
          items().values.add(value);
        }
        case 'e' -> {
          List<Object> more = marked();
          items().values.addAll(more);
        }
        case 'd' -> {
          List<Object> entries = marked();
          push(new PickleDictionary());
          setItems(entries);
        }
        case 'I', 'L' -> push(integer(bytes.line()));
        case 'F' -> push(number(bytes.line()));
        case 'S' -> push(unquoted(bytes.latin1Line(LONGEST_TEXT)));
        case 'V' -> push(unescaped(bytes.latin1Line(LONGEST_TEXT), "\\u"));
        case 'T' -> push(bytes.text(bytes.signedInt()));
        case 'U', 0x8C -> push(bytes.text(bytes.unsignedByte()));
        case 'p' -> remember(index(bytes.line()));
        case 'g' -> push(remembered(index(bytes.line())));
        case 0x94 -> remember(remembered());
        case 0x95 -> bytes.integer(Long.BYTES); // a frame's length, which only helps readers
        default -> super.step(opcode);
      }
    }

    private Items items() {
      if (top() instanceof Items items) {
        return items;
      }
      throw new PickleException("it appends to something that is no list");
    }

    private static int index(String line) {
      if (integer(line) instanceof Long index && index >= 0 && index <= Integer.MAX_VALUE) {
        return index.intValue();
      }
      throw new PickleException("'" + line + "' is no number of a value");
    }

    /** Returns a line as an integer; 00 and 01 are the booleans of protocol 0. */
    private static Object integer(String line) {
      String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
      if (digits.equals("00") || digits.equals("01")) {
        return digits.equals("01");
      }
      try {
        return Long.parseLong(digits);
      } catch (NumberFormatException e) {
        throw new PickleException("'" + line + "' is no integer of 64 bits", e);
      }
    }

    private static double number(String line) {
      try {
        return Double.parseDouble(line);
      } catch (NumberFormatException e) {
        throw new PickleException("'" + line + "' is no number", e);
      }
    }

    /** Returns the text of a literal of Python 2. */
    private static String unquoted(String literal) {
      int last = literal.length() - 1;
      char quote = last < 1 ? 0 : literal.charAt(0);
      if ((quote != '\'' && quote != '"') || literal.charAt(last) != quote) {
        throw new PickleException("a text without quotes: " + literal);
      }
      return unescaped(literal.substring(1, last), "\\x");
    }

    /**
     * Resolves escapes.
     *
     * @param hex the start of a code: {@code \\u} and four digits, or {@code \\x} and two
     */
    private static String unescaped(String text, String hex) {
      if (text.indexOf('\\') < 0) {
        return text;
      }
      StringBuilder plain = new StringBuilder();
      for (int i = 0; i < text.length(); i++) {
        int digits = hex.equals("\\u") ? 4 : 2;
        if (text.charAt(i) != '\\') {
          plain.append(text.charAt(i));
        } else if (text.startsWith(hex, i)) {
          plain.append(code(text, i + 2, digits));
          i += 1 + digits;
        } else if (digits == 4) {
          plain.append('\\'); // no other escape exists there
        } else {
          i++;
          plain.append(escaped(i < text.length() ? text.charAt(i) : 0));
        }
      }
      return plain.toString();
    }

    private static char code(String text, int start, int digits) {
      try {
        return (char) Integer.parseUnsignedInt(text.substring(start, start + digits), 16);
      } catch (NumberFormatException | IndexOutOfBoundsException e) {
        throw new PickleException("a broken escape in the text " + text, e);
      }
    }

    private static char escaped(char escape) {
      return switch (escape) {
        case 'n' -> '\n';
        case 't' -> '\t';
        case 'r' -> '\r';
        case '\\', '\'', '"' -> escape;
        default -> throw new PickleException("an unknown escape in a text: \\" + escape);
      };
    }
  }

  /** Makes JSON of values, no more of it than the pickle has bytes. */
  private static final class Conversion {

    private final int most;
    private int made;

    Conversion(int most) {
      this.most = most;
    }

    JsonNode json(Object value, int depth) {
      made++;
      if (depth > DEEPEST || made > most) {
        throw new PickleException(
            depth > DEEPEST
                ? "its values are nested more than " + DEEPEST + " deep"
                : "its elements hold more values than it has bytes");
      }
      JsonNodeFactory nodes = JsonNodeFactory.instance;
      if (value instanceof PickleDictionary dictionary) {
        ObjectNode object = nodes.objectNode();
        for (Map.Entry<String, Object> entry : dictionary.entries().entrySet()) {
          object.set(entry.getKey(), json(entry.getValue(), depth + 1));
        }
        return object;
      }
      if (value instanceof Items items) {
        return array(items.values, depth);
      }
      if (value instanceof PickleTuple tuple) {
        return array(tuple.items(), depth);
      }
      if (value instanceof String text) {
        return nodes.textNode(text);
      }
      if (value instanceof Long integer) {
        return nodes.numberNode(integer);
      }
      if (value instanceof Double number) {
        return nodes.numberNode(number);
      }
      if (value instanceof Boolean truth) {
        return nodes.booleanNode(truth);
      }
      if (value == Unpickler.NONE) {
        return nodes.nullNode();
      }
      throw new PickleException("it holds a value of an unknown kind");
    }

    private ArrayNode array(List<Object> values, int depth) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      values.forEach(value -> array.add(json(value, depth + 1)));
      return array;
    }
  }
}
