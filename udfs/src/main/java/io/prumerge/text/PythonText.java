package io.prumerge.text;

import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Python's {@code str} methods where Java's differ, as in what counts as white space. */
public final class PythonText {

  /** A backslash and what it stands before; of a character by its number all digits. */
  private static final Pattern ESCAPE =
      Pattern.compile("\\\\(x\\p{XDigit}{2}|u\\p{XDigit}{4}|U0\\p{XDigit}{7}|.)", Pattern.DOTALL);

  private PythonText() {}

  /** Returns {@code str.isspace()} of one character. */
  public static boolean isSpace(char c) {
    return switch (c) {
      case '\u0085', '\u00a0', '\u1680', '\u2028', '\u2029', '\u202f', '\u205f', '\u3000' -> true;
      default ->
          c >= '\t' && c <= '\r' || c >= '\u001c' && c <= ' ' || c >= '\u2000' && c <= '\u200a';
    };
  }

  /** Returns a text with the digits of all scripts as ASCII's, as Python's numbers read them. */
  public static String withAsciiDigits(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
        .forEach(plain::appendCodePoint);
    return plain.toString();
  }

  /** Returns {@code str.strip()}. */
  public static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Returns {@code str.strip(mark)} of one character. */
  public static String strip(String text, char mark) {
    int start = 0;
    int end = text.length();
    while (start < end && text.charAt(start) == mark) {
      start++;
    }
    while (end > start && text.charAt(end - 1) == mark) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Returns {@code str.split()}: the pieces between runs of white space, none of them empty. */
  public static List<String> split(String text) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || isSpace(text.charAt(i))) {
        if (i > start) {
          pieces.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    return pieces;
  }

  /** Returns {@code str.lower()}. */
  public static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Returns {@code str(list)} of texts. */
  public static String repr(List<String> texts) {
    return texts.stream().map(PythonText::repr).collect(Collectors.joining(", ", "[", "]"));
  }

  /** Returns {@code repr(str)}. */
  public static String repr(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder spelt = new StringBuilder(text.length() + 2).append(quote);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> spelt.append("\\n");
                case '\r' -> spelt.append("\\r");
                case '\t' -> spelt.append("\\t");
                default -> {
                  if (c == quote || c == '\\') {
                    spelt.append('\\').appendCodePoint(c);
                  } else if (isPrintable(c)) {
                    spelt.appendCodePoint(c);
                  } else {
                    String form = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
                    spelt.append(Text.format(form, c));
                  }
                }
              }
            });
    return spelt.append(quote).toString();
  }

  /** Returns the text that a string literal of Python, or of JSON, has between its quotes. */
  public static String ofLiteral(String inside) {
    return ESCAPE
        .matcher(inside)
        .replaceAll(
            escape -> {
              String text = escape.group(1);
              return Matcher.quoteReplacement(
                  switch (text.charAt(0)) {
                    case 'n' -> "\n";
                    case 'r' -> "\r";
                    case 't' -> "\t";
                    default -> text.length() == 1 ? text : character(text.substring(1));
                  });
            });
  }

  private static String character(String hex) {
    int c = Integer.parseInt(hex, 16);
    return Character.isValidCodePoint(c) ? Character.toString(c) : "\ufffd";
  }

  /** Returns {@code str.isprintable()} of one character. */
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
