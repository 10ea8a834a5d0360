package io.prumerge.lang;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {

  /** Languages with a decimal comma, other digits, and other words for the same letters. */
  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva", "tr-TR"})
  void readsTheSameInEveryLanguage(String language) {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(language));
      assertThat(Text.format("%,d of %.1f, %S", 1234, 0.5, "title"))
          .isEqualTo("1,234 of 0.5, TITLE");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void formatsWithoutValues() {
    assertThat(Text.format("100 %%")).isEqualTo("100 %");
  }
}
