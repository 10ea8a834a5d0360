package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.ImageException;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorKindTest {
  @ParameterizedTest
  @EnumSource(ImageException.Kind.class)
  void everyFaultOfAnImageIsAKindOfError(ImageException.Kind kind) {
    assertThat(ErrorKind.valueOf(kind.name()).with("why"))
        .isEqualTo(kind.name().toLowerCase(Locale.ROOT) + ": why");
  }
}
