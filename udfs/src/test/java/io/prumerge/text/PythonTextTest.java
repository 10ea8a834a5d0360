package io.prumerge.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PythonTextTest {

  private static final List<String> TEXTS =
      List.of(
          "a",
          "it's",
          "\"",
          "'\"",
          "a\nb\r\t\\",
          "\u2028\u0085\u0000\u007f",
          "\u00a0 \u3000",
          "\u00e9\u661f\ud83d\ude00",
          "\ue000\udb40\udc01",
          "\ufeff");

  /** As CPython 3.11 prints the list. */
  private static final String PRINTED =
      "['a', \"it's\", '\"', '\\'\"', 'a\\n"
          + "b\\r"
          + "\\t\\\\', '\\u2028\\x85\\x00\\x7f', '\\xa0 \\u3000', '\u00e9\u661f\ud83d\ude00',"
          + " '\\ue000\\U000e0001', '\\ufeff']";

  @Test
  void listsAreSpeltAsPythonSpellsThem() {
    assertThat(PythonText.repr(TEXTS)).isEqualTo(PRINTED);
  }

  @Test
  void literalsAreReadBack() {
    for (String text : TEXTS) {
      String literal = PythonText.repr(text);
      assertThat(PythonText.ofLiteral(literal.substring(1, literal.length() - 1))).isEqualTo(text);
    }
    assertThat(PythonText.ofLiteral("\\/ \\ud83d\\ude00 \\U0fffffff \\q"))
        .as("JSON's pairs, and what is no character")
        .isEqualTo("/ \ud83d\ude00 \ufffd q");
  }
}
