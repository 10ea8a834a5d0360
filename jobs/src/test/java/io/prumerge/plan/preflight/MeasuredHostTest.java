package io.prumerge.plan.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.estimate.Format;
import io.prumerge.estimate.Hardware;
import io.prumerge.zoo.Devices;
import io.prumerge.zoo.DtypeChoice;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("model")
class MeasuredHostTest {

  /** No processor is slower than a tenth of a GFLOP/s or faster than a rack of accelerators. */
  @Test
  void measuresRatesOfAMachine() {
    Hardware host = MeasuredHost.measured();

    assertThat(host.peaks().values()).allSatisfy(peak -> assertThat(peak).isBetween(1e8, 1e15));
    assertThat(host.peaks())
        .containsKey(Format.FP32)
        .containsKey(Format.named(Devices.ofProcessor(DtypeChoice.AUTO).label()))
        .doesNotContainKey(Format.FP16);
    assertThat(host.bytesPerSecond()).isBetween(1e7, 1e14);
    assertThat(host.source()).isEqualTo("measured");
  }
}
