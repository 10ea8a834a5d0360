package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.image.codec.ImageErrorKind;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorKindTest {
  @Test
  void isNamedAsTheColumnNamesIt() {
    assertThat(ErrorKind.named("endpoint_failed")).isEqualTo(ErrorKind.ENDPOINT_FAILED);
    assertThat(ErrorKind.named("Endpoint-Failed")).isEqualTo(ErrorKind.ENDPOINT_FAILED);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ErrorKind.named("image_mising"))
        .withMessageContaining("did you mean image_missing?");
  }

  @ParameterizedTest
  @EnumSource(ImageErrorKind.class)
  void everyFaultOfAnImageIsAKindOfError(ImageErrorKind kind) {
    assertThat(ErrorKind.valueOf(kind.name()).with("why"))
        .isEqualTo(kind.name().toLowerCase(Locale.ROOT) + ": why");
  }
}
