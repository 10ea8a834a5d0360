package io.prumerge.lang;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OptionalsTest {

  @Test
  void aValueIsKeptBothWays() {
    assertThat(Optionals.orNull(OptionalInt.of(3))).isEqualTo(3);
    assertThat(Optionals.orNull(OptionalLong.of(1L << 40))).isEqualTo(1L << 40);
    assertThat(Optionals.orNull(OptionalDouble.of(0.1))).isEqualTo(0.1);
    assertThat(Optionals.ofNullable((Integer) 3)).hasValue(3);
    assertThat(Optionals.ofNullable((Long) (1L << 40))).hasValue(1L << 40);
    assertThat(Optionals.ofNullable((Double) Double.NaN)).hasValue(Double.NaN);
  }

  @Test
  void nullIsEmptyBothWays() {
    assertThat(Optionals.orNull(OptionalInt.empty())).isNull();
    assertThat(Optionals.orNull(OptionalLong.empty())).isNull();
    assertThat(Optionals.orNull(OptionalDouble.empty())).isNull();
    assertThat(Optionals.ofNullable((Integer) null)).isEmpty();
    assertThat(Optionals.ofNullable((Long) null)).isEmpty();
    assertThat(Optionals.ofNullable((Double) null)).isEmpty();
  }
}
