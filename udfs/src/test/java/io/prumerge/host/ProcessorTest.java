package io.prumerge.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessorTest {

  @Test
  void anAmdProcessorWithBf16Units() {
    assertThat(
            Processor.of(
                """
                processor\t: 0
                vendor_id\t: AuthenticAMD
                model name\t: AMD EPYC 9655 96-Core Processor
                flags\t\t: fpu avx512f avx512_bf16 avx512_vnni

                processor\t: 1
                vendor_id\t: AuthenticAMD
                model name\t: AMD EPYC 9655 96-Core Processor
                """))
        .isEqualTo(
            new Processor(Optional.of("AMD EPYC 9655 96-Core Processor"), true, true, false, true));
  }

  @Test
  void anIntelProcessorWithAmx() {
    assertThat(
            Processor.of(
                "vendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R)\nflags\t: amx_bf16\n"))
        .isEqualTo(new Processor(Optional.of("Intel(R) Xeon(R)"), false, true, true, false));
  }

  @Test
  void amxIsFasterThanVectors() {
    assertThat(Processor.of("flags\t: avx512_bf16 avx512f\n").vectorsBf16()).isTrue();
    assertThat(Processor.of("flags\t: avx512_bf16 amx_bf16\n").vectorsBf16()).isFalse();
    assertThat(Processor.of("flags\t: avx512f\n").vectorsBf16()).isFalse();
  }

  @Test
  void aFlagThatOnlyBeginsLikeAnotherDoesNotCount() {
    assertThat(Processor.of("flags\t: avx512_bf16x avx512f\n").multipliesBf16()).isFalse();
    assertThat(Processor.of("flags\t: avx512_vnnix avx512f\n").multipliesInt8()).isFalse();
    assertThat(Processor.of("flags\t: avx2 avx_vnni\n").multipliesInt8()).isTrue();
  }

  @Test
  void nothingIsKnownWithoutTheFile() {
    assertThat(Processor.of(""))
        .isEqualTo(new Processor(Optional.empty(), false, false, false, false));
  }
}
