package io.prumerge.endpoint;

import io.prumerge.lang.Text;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads server-sent events from bytes as they arrive, as the <a
 * href="https://html.spec.whatwg.org/multipage/server-sent-events.html">standard</a> has them:
 * lines end with LF, CR or both, an empty line ends an event, and an event without it is none. Only
 * an event's data is read; without data it is a sign of life. Not thread-safe.
 */
final class EventParser {

  /** Takes the data of an event. */
  interface Events {
    void take(String data) throws ChatException;
  }

  /** A chunk of some 300 bytes may bring a token, so more than for a whole answer. */
  static final int MOST_BYTES = 8 << 20;

  static final int MOST_LINE = 1 << 20;
  static final int MOST_EVENTS = 1 << 16;

  private static final String MARK = "\uFEFF";
  private static final String DATA = "data";

  private final Events events;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder data = new StringBuilder();
  private boolean first = true;
  private boolean afterReturn;
  private int bytes;
  private int given;

  EventParser(Events events) {
    this.events = events;
  }

  /**
   * Reads on.
   *
   * @throws ChatException with a predicate, if that is too much, or the event's taker refuses it
   */
  void read(ByteBuffer buffer) throws ChatException {
    while (buffer.hasRemaining()) {
      byte next = buffer.get();
      limit(++bytes, MOST_BYTES, "bytes");
      boolean pair = afterReturn && next == '\n';
      afterReturn = next == '\r';
      if (pair) {
        continue;
      }
      if (next == '\n' || next == '\r') {
        endLine();
      } else {
        line.write(next);
        limit(line.size(), MOST_LINE, "bytes in a line");
      }
    }
  }

  private void endLine() throws ChatException {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (first && text.startsWith(MARK)) {
      text = text.substring(1);
    }
    first = false;
    if (text.isEmpty()) {
      endEvent();
      return;
    }
    int colon = text.indexOf(':');
    String field = colon < 0 ? text : text.substring(0, colon);
    if (field.equals(DATA)) {
      String value = colon < 0 ? "" : text.substring(colon + 1);
      data.append(value.startsWith(" ") ? value.substring(1) : value).append('\n');
    }
  }

  private void endEvent() throws ChatException {
    String whole = data.toString().strip();
    data.setLength(0);
    if (!whole.isEmpty()) {
      limit(++given, MOST_EVENTS, "events");
      events.take(whole);
    }
  }

  private static void limit(int count, int most, String what) throws ChatException {
    if (count > most) {
      throw new ChatException(
          ChatErrorKind.UNUSABLE_ANSWER,
          Text.format("gave a stream of more than %,d %s", most, what));
    }
  }
}
