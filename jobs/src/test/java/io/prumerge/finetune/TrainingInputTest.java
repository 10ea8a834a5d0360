package io.prumerge.finetune;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.UsageException;
import org.junit.jupiter.api.Test;

class TrainingInputTest {

  /** LoRA of a 7B model at rank 128, with its connector. */
  private static final int VALUES = 340_795_392;

  private static final long GIB = 1L << 30;

  @Test
  void gradientsThatTheDriverWouldNotAcceptAreRefused() {
    assertThatThrownBy(() -> TrainingInput.requireSendable(VALUES, 2, GIB))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot train with devices 2: the gradients of 340,795,392 values are 1,363,181,568 bytes, and spark.driver.maxResultSize is 1,073,741,824; set it to 1302m or more, or use a lower rank or one device");
    assertThatCode(() -> TrainingInput.requireSendable(VALUES, 2, 1302L << 20))
        .doesNotThrowAnyException();
    assertThatCode(() -> TrainingInput.requireSendable(VALUES, 2, 0)).doesNotThrowAnyException();
    assertThatCode(() -> TrainingInput.requireSendable(VALUES, 1, GIB)).doesNotThrowAnyException();
  }

  @Test
  void whatAutoBecomesMustBeTrainable() {
    assertThatThrownBy(() -> FinetuneOptions.requireTrainable("auto", "fp16"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot train with dtype auto, here fp16, whose gradients");
    assertThatCode(() -> FinetuneOptions.requireTrainable("auto", "bf16"))
        .doesNotThrowAnyException();
  }
}
