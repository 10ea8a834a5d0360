package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextsTest {

  @Test
  void cutsAtWholeCharacters() {
    assertThat(Texts.shown("abc", 3)).isEqualTo("abc");
    assertThat(Texts.shown("abcd", 3)).isEqualTo("abc…");
    assertThat(Texts.shown("😀😀😀", 2)).isEqualTo("😀😀…");
  }

  @Test
  void showsNoControlCharacters() {
    assertThat(Texts.shown("a\0b\u001bc\u0085d\ne\tf", 20)).isEqualTo("a�b�c�d\ne\tf");
    assertThat(Texts.shown("a\ud83db", 20)).isEqualTo("a�b");
  }

  @Test
  void fitsIntoALine() {
    assertThat(Texts.inLine("a\nb\tc", 4)).isEqualTo("a b …");
  }

  @Test
  void nothingIsShownAsNothing() {
    assertThat(Texts.shown(null, 3)).isEmpty();
  }

  @Test
  void nounsAndVerbsFollowTheirNumbers() {
    assertThat(Texts.count(1, "row")).isEqualTo("1 row");
    assertThat(Texts.count(0, "row")).isEqualTo("0 rows");
    assertThat(Texts.count(2_000, "row")).isEqualTo("2,000 rows");
    assertThat(Texts.part(1, 9, "row", "is", "are")).isEqualTo("1 of 9 rows is");
    assertThat(Texts.part(0, 1, "row", "is", "are")).isEqualTo("0 of 1 row are");
  }
}
