package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.codec.ImageException;
import io.prumerge.text.PromptException;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods on Qwen2-VL and Qwen2.5-VL. */
@Tag("model")
class ReceivedGoldenTest {

  private static final MethodGoldens GOLDENS =
      new MethodGoldens("received/received", "qwen", "qwen2_vl", true);

  @AfterAll
  static void closesEverything() {
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"qwen2_5_vl/tied", "qwen2_5_vl/untied", "qwen2_vl/tied", "qwen2_vl/untied"})
  void methodsLeaveWhatTheReferencesDo(String folder)
      throws IOException, ImageException, PromptException {
    GOLDENS.check(folder, 61);
  }
}
