package io.prumerge.source;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the texts of a cell that is a list of base64 texts, as {@code ['iVBOR...', '/9j/4...']},
 * while its bytes pass by. It keeps their places only.
 */
final class Base64List {

  /** Most texts of a list; with more it is none of pictures. */
  private static final int MOST = 1000;

  private static final String BETWEEN = "'\", ";

  private final List<TsvCell.Range> texts = new ArrayList<>();
  private boolean list;
  private boolean closed;
  private long start;
  private long end;

  /** Begins a new cell. */
  void reset() {
    texts.clear();
    list = false;
    closed = false;
    start = -1;
  }

  /** Takes the cell's first byte. */
  void first(int c) {
    list = c == '[';
  }

  /**
   * Takes another byte.
   *
   * @param offset of it in the file
   */
  void next(int c, long offset) {
    if (!list) {
      return;
    }
    if (isBase64(c) && !closed) {
      start = start < 0 ? offset : start;
      end = offset + 1;
      return;
    }
    endText();
    boolean space = c == '\r' || c == '\n';
    list = texts.size() <= MOST && (c == ']' ? !closed : space || BETWEEN.indexOf(c) >= 0);
    closed |= c == ']';
  }

  private void endText() {
    if (start >= 0) {
      texts.add(new TsvCell.Range(start, end - start));
      start = -1;
    }
  }

  /** Returns the texts, if the cell has ended and is such a list; else none. */
  List<TsvCell.Range> texts() {
    return list && closed ? List.copyOf(texts) : List.of();
  }

  private static boolean isBase64(int c) {
    return c >= 'A' && c <= 'Z'
        || c >= 'a' && c <= 'z'
        || c >= '0' && c <= '9'
        || c == '+'
        || c == '/'
        || c == '=';
  }
}
