package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.codec.ImageException;
import io.prumerge.text.PromptException;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Methods on Qwen2-VL, whose authors' models for it have run whole. */
@Tag("model")
class OwnPassGoldenTest {

  private static final MethodGoldens GOLDENS =
      new MethodGoldens("own-pass/own-pass", "qwen", "qwen2_vl", true);

  @AfterAll
  static void closesEverything() {
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  @ParameterizedTest
  @CsvSource({"qwen2_vl/tied, 18", "qwen2_vl/untied, 24"})
  void methodsLeaveWhatTheirAuthorsPassesDo(String folder, int cases)
      throws IOException, ImageException, PromptException {
    GOLDENS.check(folder, cases);
  }
}
