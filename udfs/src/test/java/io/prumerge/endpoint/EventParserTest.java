package io.prumerge.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventParserTest {

  /** All that an event may be made of, with the data that it stands for. */
  private static final List<List<String>> PIECES =
      List.of(
          List.of("data: {\"a\": 1}\n\n", "{\"a\": 1}"),
          List.of("data:close\r\n\r\n", "close"),
          List.of("data: ä € 😀\r\r", "ä € 😀"),
          List.of("data: one\ndata: two\r\ndata:three\r\n\n", "one\ntwo\nthree"),
          List.of("event: message\nid: 7\nretry: 10\ndata: named\n\n", "named"),
          List.of(": keep-alive\n\n", ""),
          List.of(":\r\n", ""),
          List.of("data\n\n", ""),
          List.of("data:\n\n", ""),
          List.of("nonsense\ndatabase: x\n\n", ""),
          List.of("\r\n\r\n\n", ""),
          List.of("data: [DONE]\n\n", "[DONE]"));

  private static List<String> events(byte[]... parts) throws ChatException {
    List<String> events = new ArrayList<>();
    EventParser parser = new EventParser(events::add);
    for (byte[] part : parts) {
      parser.read(ByteBuffer.wrap(part));
    }
    return events;
  }

  private static List<String> events(String text) throws ChatException {
    return events(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "data: x\\n\\n, x",
    "data:x\\n\\n, x",
    "data:  x \\n\\n, x", // JSON needs no spaces around it
    "data: x\\r\\n\\r\\n, x",
    "data: x\\r\\r, x",
    "^data: x\\n\\n, x", // ^: the mark of the encoding
    ": ^\\ndata: x\\n\\n, x",
    "data: x\\ndata: y\\n\\n, x\\ny",
    ":data: y\\n\\ndata: x\\n\\n, x",
    "data: x, ''", // without its end it is no event
    "data: x\\n, ''",
    "data: x\\r\\n, ''",
    "^data: x\\n\\n^data: y\\n\\n, x" // only the first is one
  })
  void readsWhatTheStandardSays(String stream, String data) throws ChatException {
    assertThat(String.join("|", events(stream.translateEscapes().replace("^", "\uFEFF"))))
        .isEqualTo(data.translateEscapes());
  }

  /** Any split of any stream's bytes, within characters and line ends, gives the same events. */
  @Test
  void aSplitChangesNothing() throws ChatException {
    Random random = new Random(81);
    int seen = 0;
    for (int round = 0; round < 3_000; round++) {
      StringBuilder stream = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "");
      List<String> expected = new ArrayList<>();
      for (int pieces = random.nextInt(8); pieces >= 0; pieces--) {
        List<String> piece = PIECES.get(random.nextInt(PIECES.size()));
        stream.append(piece.get(0));
        if (!piece.get(1).isEmpty()) {
          expected.add(piece.get(1));
        }
      }
      byte[] bytes = stream.toString().getBytes(StandardCharsets.UTF_8);
      List<byte[]> parts = new ArrayList<>();
      for (int from = 0; from < bytes.length; ) {
        int to = Math.min(bytes.length, from + 1 + random.nextInt(1 + round % 17));
        parts.add(Arrays.copyOfRange(bytes, from, to));
        parts.add(new byte[0]);
        from = to;
      }
      assertThat(events(parts.toArray(byte[][]::new))).as("%s", stream).isEqualTo(expected);
      seen += expected.size();
    }
    assertThat(seen).isGreaterThan(5_000);
  }

  @Test
  void anyBytesAreEventsOrNone() throws ChatException {
    Random random = new Random(82);
    byte[] signs = "data: \r\n\n\r:{}\uFEFF€".getBytes(StandardCharsets.UTF_8);
    int seen = 0;
    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length; i++) {
        if (random.nextInt(3) > 0) {
          bytes[i] = signs[random.nextInt(signs.length)];
        }
      }
      seen += events("data: ".getBytes(), bytes, "\n\n".getBytes()).size();
    }
    assertThat(seen).isGreaterThan(1_000);
  }

  @Test
  void aStreamHasLimits() {
    byte[] block = "x".repeat(1 << 16).getBytes();
    byte[] lines = ":\n".repeat(1 << 15).getBytes();
    byte[] events = "data:x\n\n".repeat(1 << 10).getBytes();

    assertThatThrownBy(() -> readForEver(block))
        .isInstanceOf(ChatException.class)
        .hasMessage("gave a stream of more than 1,048,576 bytes in a line");
    assertThatThrownBy(() -> readForEver(lines))
        .isInstanceOf(ChatException.class)
        .hasMessage("gave a stream of more than 8,388,608 bytes");
    assertThatThrownBy(() -> readForEver(events))
        .isInstanceOf(ChatException.class)
        .hasMessage("gave a stream of more than 65,536 events");
  }

  private static void readForEver(byte[] part) throws ChatException {
    EventParser parser = new EventParser(data -> {});
    while (true) {
      parser.read(ByteBuffer.wrap(part));
    }
  }
}
