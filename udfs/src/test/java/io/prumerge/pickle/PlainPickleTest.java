package io.prumerge.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainPickleTest {

  /** What Python 3.11 read from all of them, written with json.dumps(..., ensure_ascii=False). */
  private static final List<String> ELEMENTS =
      List.of(
          "{\"sent\":\"white boat\",\"raw\":\"White \\\"boät\\\"\\n\",\"ids\":[1,-70000,4294967296],"
              + "\"none\":null,\"yes\":true,\"no\":false,\"x\":[0.5,-2.0]}",
          "[\"white boat\",\"white boat\"]");

  private static List<String> read(byte[] pickle) {
    List<String> elements = new ArrayList<>();
    PlainPickle.elements(pickle, element -> elements.add(element.toString()));
    return elements;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** By pickle.dumps of Python 3.11, in base64. */
  @ParameterizedTest
  @CsvSource({
    "0, KGxwMAooZHAxClZzZW50CnAyClZ3aGl0ZSBib2F0CnAzCnNWcmF3CnA0ClZXaGl0ZSAiYm/kdCJcdTAwMGEKcDUKc1ZpZHMKcDYKKGxwNwpJMQphSS03MDAwMAphTDQyOTQ5NjcyOTZMCmFzVm5vbmUKcDgKTnNWeWVzCnA5CkkwMQpzVm5vCnAxMApJMDAKc1Z4CnAxMQooRjAuNQpGLTIuMAp0cDEyCnNhKGxwMTMKZzMKYWczCmFhLg==",
    "1, XXEAKH1xAShYBAAAAHNlbnRxAlgKAAAAd2hpdGUgYm9hdHEDWAMAAAByYXdxBFgOAAAAV2hpdGUgImJvw6R0IgpxBVgDAAAAaWRzcQZdcQcoSwFKkO7+/0w0Mjk0OTY3Mjk2TAplWAQAAABub25lcQhOWAMAAAB5ZXNxCUkwMQpYAgAAAG5vcQpJMDAKWAEAAAB4cQsoRz/gAAAAAAAAR8AAAAAAAAAAdHEMdV1xDShoA2gDZWUu",
    "2, gAJdcQAofXEBKFgEAAAAc2VudHECWAoAAAB3aGl0ZSBib2F0cQNYAwAAAHJhd3EEWA4AAABXaGl0ZSAiYm/DpHQiCnEFWAMAAABpZHNxBl1xByhLAUqQ7v7/igUAAAAAAWVYBAAAAG5vbmVxCE5YAwAAAHllc3EJiFgCAAAAbm9xColYAQAAAHhxC0c/4AAAAAAAAEfAAAAAAAAAAIZxDHVdcQ0oaANoA2VlLg==",
    "3, gANdcQAofXEBKFgEAAAAc2VudHECWAoAAAB3aGl0ZSBib2F0cQNYAwAAAHJhd3EEWA4AAABXaGl0ZSAiYm/DpHQiCnEFWAMAAABpZHNxBl1xByhLAUqQ7v7/igUAAAAAAWVYBAAAAG5vbmVxCE5YAwAAAHllc3EJiFgCAAAAbm9xColYAQAAAHhxC0c/4AAAAAAAAEfAAAAAAAAAAIZxDHVdcQ0oaANoA2VlLg==",
    "4, gASVgQAAAAAAAABdlCh9lCiMBHNlbnSUjAp3aGl0ZSBib2F0lIwDcmF3lIwOV2hpdGUgImJvw6R0IgqUjANpZHOUXZQoSwFKkO7+/4oFAAAAAAFljARub25llE6MA3llc5SIjAJub5SJjAF4lEc/4AAAAAAAAEfAAAAAAAAAAIaUdV2UKGgDaANlZS4="
  })
  void readsWhatPythonWrites(int protocol, String pickle) {
    assertThat(read(Base64.getDecoder().decode(pickle))).isEqualTo(ELEMENTS);
  }

  @Test
  void readsTheByteStringsOfPython2() {
    assertThat(read(ascii("(lp0\nS'a \\'b\\' \\\\ \\xe9'\np1\naS\"it's\"\np2\nag1\na.")))
        .containsExactly("\"a 'b' \\\\ é\"", "\"it's\"", "\"a 'b' \\\\ é\"");
    assertThat(read(ascii("\u0080\u0002]q\u0000(U\u0003abcq\u0001T\u0002\0\0\0dee.")))
        .containsExactly("\"abc\"", "\"de\"");
    assertThat(read(ascii("(lI00\naI01\naL7L\naF1.5\na.")))
        .containsExactly("false", "true", "7", "1.5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(lcos\nsystem\n(S'true'\ntRa.",
        "]cos\nsystem\nS'true'\n\u0085R.",
        "]}b.",
        "](S'storage'\nQa."
      })
  void refusesWhateverIsNotPlain(String pickle) {
    assertThatThrownBy(() -> read(ascii(pickle)))
        .isInstanceOf(PickleException.class)
        .hasMessageContaining("names or makes an object, and only plain values are allowed");
  }

  @ParameterizedTest
  @CsvSource({
    "}., it holds no list",
    "], it ends at byte 1",
    "\u0080\u0005]., it has pickle protocol 5; the newest that is read is 4",
    "(lV\\u00g1|a., a broken escape in the text",
    "(lS'a|a., a text without quotes",
    "(lS'\\q'|a., an unknown escape",
    "(lI1x|a., '1x' is no integer of 64 bits",
    "(lF1x|a., '1x' is no number",
    "(lg7|a., it refers to value 7",
    "(lp-1|., '-1' is no number of a value",
    "(la., it takes a value where there is none",
    "}]a., it appends to something that is no list",
    "](S'a'|d., a dictionary has a key without a value"
  })
  void refusesWhatIsDamaged(String pickle, String message) {
    assertThatThrownBy(() -> read(ascii(pickle.replace('|', '\n'))))
        .isInstanceOf(PickleException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aListInItselfAndListsThatRepeatListsEndEarly() {
    assertThatThrownBy(
            () ->
                read(
                    ascii(
                        "(lp0\nS'a text that is longer than the values that make so deep a nesting'\nag0\na.")))
        .hasMessage("its values are nested more than 16 deep");
    StringBuilder doubling = new StringBuilder("]p0\n");
    for (int i = 1; i < 15; i++) {
      String last = "g%d\n".formatted(i - 1);
      doubling.append("](").append(last.repeat(9)).append("ep").append(i).append('\n');
    }
    assertThatThrownBy(() -> read(ascii(doubling + ".")))
        .hasMessage("its elements hold more values than it has bytes");
  }
}
