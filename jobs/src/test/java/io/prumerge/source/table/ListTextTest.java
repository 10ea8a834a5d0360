package io.prumerge.source.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.Goldens;
import io.prumerge.source.ImagePlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListTextTest {

  /** A row whose only cell is a text. */
  private static final class OneCell extends ValueRow {

    private final String text;

    OneCell(String text) {
      super(Map.of());
      this.text = text;
    }

    @Override
    JsonNode value(String column) {
      return TextNode.valueOf(text);
    }

    @Override
    List<Optional<ImagePlace>> held(String column, String id) {
      return List.of();
    }

    @Override
    public String where() {
      return "t.csv:2";
    }
  }

  private static List<String> texts(String cell) {
    return new OneCell(cell).texts("options");
  }

  @Test
  void readsListsAsPythonWritesThem() throws IOException {
    int compared =
        Goldens.read(
            "lists.jsonl.gz",
            golden -> {
              List<String> expected = new ArrayList<>();
              golden.get(1).forEach(element -> expected.add(element.textValue()));
              String text = golden.get(0).textValue();
              assertThat(texts(text)).as(text).isEqualTo(expected);
            });
    assertThat(compared).isEqualTo(4_019);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a, b",
        "[see note] a",
        "a [b]",
        "('a', 'b')",
        "{'a'}",
        "[b) 3",
        "[A]",
        "[EXIT]",
        "[north]",
        "[UNK] [PAD]",
        "[cat, dog]",
        "[a, 'b']",
        "[012]",
        "[b'a']",
        "[...]",
        "[wait ... what]",
        "[[x]]"
      })
  void leavesOtherTextsAsTheyAre(String text) {
    assertThat(texts(text)).containsExactly(text);
  }

  @Test
  void readsWhatNumpyWrites() {
    assertThat(texts("['yes' 'no']")).containsExactly("yes", "no");
    assertThat(texts("['it\\'s'\n \"x y\"]")).containsExactly("it's", "x y");
    assertThat(texts("[1. 2.5 3]")).containsExactly("1.0", "2.5", "3");
    assertThat(texts("array(['a', 'b'], dtype='<U1')")).containsExactly("a", "b");
    assertThat(texts("array(of things)")).containsExactly("array(of things)");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "['a', 'b' | it is cut off at character 10",
        "['a | it is cut off at character 4",
        "['a', 'b'] and c | something follows the end at character 11",
        "['a' 'b', 'c'] | expected a comma or the end at character 9",
        "['a''b'] | expected a comma or the end at character 5",
        "['a' ... 'b'] | numpy has cut the list off; write it by tolist() at character 6",
        "['a', b] | an element is neither a quoted text nor a number at character 7",
        "[1 2 ... 9] | numpy has cut the list off; write it by tolist() at character 6",
        "['a', [['b', ['c']]]] | a list within a list within a list at character 14",
        "['a', {'b': ['c' 'd'}] | expected a comma or the end at character 21",
        "['a',, 'b'] | expected an element at character 6",
        "['\\N{DASH}'] | a character by its name is not read at character 5",
        "['\\u12'] | an escape is no character at character 7",
        "['\\U00110000'] | an escape is no character at character 12"
      })
  void refusesListsThatCannotBeRead(String text, String reason) {
    assertThatThrownBy(() -> texts(text))
        .hasMessage("t.csv:2: 'options' is an unreadable list: %s: %s", reason, text);
  }

  @Test
  void optionsThatLookLikeAListAreOne() {
    assertThat(new OneCell("['cat', nan, None, 'owl']").textsOrEmpty("options"))
        .containsExactly("cat", "", "", "owl");
    assertThatThrownBy(() -> new OneCell("[cat, dog]").textsOrEmpty("options"))
        .hasMessageStartingWith("t.csv:2: 'options' is an unreadable list: ");
  }

  @Test
  void readsDictsUnderNumbersAndRefusesDoubledKeys() {
    assertThat(new OneCell("{0: 'cat', 1: nan}").textsByKey("options"))
        .containsExactly(Map.entry("0", "cat"), Map.entry("1", ""));
    assertThat(new OneCell("{ \"2\": \"dog\",\n\"1\": 5}").textsByKey("options"))
        .containsExactly(Map.entry("2", "dog"), Map.entry("1", "5"));
    assertThat(new OneCell("{1, 2}").textsByKey("options")).isEmpty();
    assertThatThrownBy(() -> new OneCell("{\"1\": \"a\", \"1\": \"b\"}").textsByKey("options"))
        .hasMessageContaining("the key '1' stands there twice");
  }

  @Test
  void refusesElementsThatAreNoTexts() {
    assertThatThrownBy(() -> texts("['a', None]"))
        .hasMessage("t.csv:2: 'options' has a null in its list");
    for (String nested : List.of("[\"a\", [\"b\"]]", "['a', ['b']]")) {
      assertThatThrownBy(() -> texts(nested))
          .hasMessage("t.csv:2: 'options' must be one text or number, it is a list");
    }
    assertThatThrownBy(() -> texts("[{\"a\": 1}]"))
        .hasMessage(
            "t.csv:2: 'options' must be a text or a number, it is a struct; name one of its"
                + " fields, as options.FIELD");
  }

  /** What Python's {@code repr} does of texts, in a few lines. */
  private static String repr(String text) {
    char quote = text.contains("'") && !text.contains("\"") ? '"' : '\'';
    StringBuilder written = new StringBuilder().append(quote);
    for (char c : text.toCharArray()) {
      switch (c) {
        case '\n' -> written.append("\\n");
        case '\t' -> written.append("\\t");
        case '\r' -> written.append("\\r");
        case '\\' -> written.append("\\\\");
        default -> {
          if (c == quote) {
            written.append('\\').append(c);
          } else if (c < ' ' || c >= 0x7F && c < 0xA0) {
            written.append(String.format("\\x%02x", (int) c));
          } else {
            written.append(c);
          }
        }
      }
    }
    return written.append(quote).toString();
  }

  @Test
  void readsBackAnyTexts() {
    Random random = new Random(4);
    String characters = "ab ,'\"\\\n\t\r[]/x0u\0\u0085é漢";
    for (int round = 0; round < 3000; round++) {
      List<String> texts = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        StringBuilder text = new StringBuilder();
        for (int j = random.nextInt(7); j > 0; j--) {
          text.append(characters.charAt(random.nextInt(characters.length())));
        }
        texts.add(text.toString());
      }
      String list = "[" + String.join(", ", texts.stream().map(ListTextTest::repr).toList()) + "]";
      assertThat(texts(list)).as(list).isEqualTo(texts);
    }
  }
}
