package io.prumerge.report;

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

  @Test
  void notesAreBrokenAtBlanks() {
    assertThat(TextTable.wrapped("a note of some length", 10, "  "))
        .containsExactly("  a note", "    of", "    some", "    length");
    assertThat(TextTable.wrapped("a note", 8, "  ")).containsExactly("  a note");
    assertThat(TextTable.wrapped("averylongword b", 8, " "))
        .containsExactly(" averylongword", "  b");
  }
}
