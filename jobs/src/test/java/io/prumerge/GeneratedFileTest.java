package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a test says of a page that is not what the code makes. */
class GeneratedFileTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a;b;c | a;x;c | page.md:2 is 'b', and made of the code 'x'",
        "a;b | a | page.md:2 is 'b', and made of the code no line",
        "a | a;'' | page.md:2 is no line, and made of the code ''''",
      })
  void theFirstOtherLineIsNamed(String kept, String made, String said) throws IOException {
    Path page = Files.writeString(folder.resolve("page.md"), kept.replace(';', '\n'));

    assertThatThrownBy(() -> GeneratedFile.requireCurrent(page, made.replace(';', '\n'), "cp a b"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("if the change is meant: cp a b (" + said + ")")
        .satisfies(error -> assertThat(error.getMessage().lines()).hasSizeLessThan(6));
  }

  @Test
  void theSameIsCurrent() throws IOException {
    GeneratedFile.requireCurrent(Files.writeString(folder.resolve("page.md"), "a\n"), "a\n", "cp");
  }
}
