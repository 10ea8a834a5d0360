package io.prumerge.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.host.DeviceException;
import io.prumerge.host.Gpu;
import io.prumerge.host.Gpus;
import io.prumerge.torch.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicesTest {

  @ParameterizedTest
  @CsvSource({
    "90, F16, FP16",
    "90, BF16, BF16",
    "90, F32, BF16",
    "75, F16, FP16",
    "75, BF16, FP16",
    "75, F32, FP16"
  })
  void onAGpuAutoIsTheCheckpointsOwnHalfTypeWhereTheGpuHasIt(
      int capability, TensorType stored, Precision precision) {
    assertThat(Devices.half(new Gpu(0, "a GPU", capability, 1L << 30), stored))
        .isEqualTo(precision);
  }

  @Test
  void theCheckpointIsOnlyReadWhereItMatters() {
    for (DtypeChoice choice : DtypeChoice.values()) {
      Devices.precision(
          choice,
          Device.cpu(),
          () -> {
            throw new AssertionError("read for " + choice);
          });
    }
  }

  @Test
  void aGpuThatIsNotThereIsAnErrorOfOneLineThatSaysWhatToDo() {
    assumeTrue(Gpus.ofHost().all().isEmpty(), "this host has a GPU");
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> Devices.device(DeviceChoice.CUDA, 1))
        .withMessageStartingWith("Cannot open CUDA device 1: there is no CUDA driver: ")
        .withMessageContaining("Check nvidia-smi")
        .withMessageEndingWith("or ask for device cpu")
        .withMessageNotContaining("\n");
  }
}
