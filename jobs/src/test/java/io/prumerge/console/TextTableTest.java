package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void namesStandLeftAndFiguresRight() {
    assertThat(
            TextTable.aligned(
                List.of(
                    List.of("name", "", "figure"), List.of("a", "left", "1"), List.of("", "", "")),
                2))
        .containsExactly("name        figure", "a     left       1", "");
  }

  private static final List<List<String>> WIDE =
      List.of(
          List.of("name", "tokens", "first", "second", "third"),
          List.of("a", "1", "22", "333", "4444"));

  @Test
  void aTableThatFitsIsOneBlock() {
    assertThat(TextTable.blocks(WIDE, 1, 1, 34))
        .containsExactly(TextTable.aligned(WIDE, 1))
        .singleElement()
        .satisfies(lines -> assertThat(lines.get(0)).hasSize(34));
    assertThat(TextTable.blocks(WIDE, 1, 1, Integer.MAX_VALUE)).hasSize(1);
    assertThat(TextTable.blocks(List.of(List.of("only"), List.of("names")), 1, 1, 3))
        .containsExactly(List.of("only", "names"));
  }

  @Test
  void aWiderOneIsBrokenBetweenColumnsAndRepeatsTheFirst() {
    assertThat(TextTable.blocks(WIDE, 1, 1, 33))
        .containsExactly(
            List.of("name  tokens  first  second", "a          1     22     333"),
            List.of("name  third", "a      4444"));
    assertThat(TextTable.blocks(WIDE, 1, 2, 27))
        .containsExactly(
            List.of("name  tokens  first  second", "a          1     22     333"),
            List.of("name  tokens  third", "a          1   4444"));
    assertThat(TextTable.blocks(WIDE, 1, 1, 1))
        .as("no narrower than a name and one figure")
        .hasSize(4)
        .element(2)
        .isEqualTo(List.of("name  second", "a        333"));
  }

  @Test
  void notesAreBrokenAtBlanks() {
    assertThat(TextTable.wrapped("a note of some length", 10, "  "))
        .containsExactly("  a note", "    of", "    some", "    length");
    assertThat(TextTable.wrapped("a note", 8, "  ")).containsExactly("  a note");
    assertThat(TextTable.wrapped("averylongword b", 8, " "))
        .containsExactly(" averylongword", "  b");
  }
}
