package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.codec.ImageException;
import io.prumerge.text.PromptException;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods on InternVL: of each view by itself, tiles before the whole image. */
@Tag("model")
class InternMethodsGoldenTest {

  private static final MethodGoldens GOLDENS =
      new MethodGoldens("intern-methods/methods", "intern", "internvl_hf", false);

  @AfterAll
  static void closesEverything() {
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "large"})
  void methodsLeaveWhatTheReferencesDo(String folder)
      throws IOException, ImageException, PromptException {
    GOLDENS.check(folder, 61);
  }
}
