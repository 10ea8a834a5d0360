package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import io.prumerge.host.DeviceException;
import io.prumerge.spark.PrumergePlugin.SelfCheck;
import io.prumerge.torch.TorchRuntime;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("model")
class SelfCheckTest {

  @Test
  void theCpuCalculates() {
    assertThatCode(() -> SelfCheck.on(Device.cpu())).doesNotThrowAnyException();
  }

  @Test
  void aDeviceThatIsNotThereIsNamedInOneLine() {
    Assumptions.assumeTrue(TorchRuntime.cudaDevices() == 0, "this host has a GPU");
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> SelfCheck.on(Device.gpu(0)))
        .withMessageStartingWith("Cannot use gpu(0): ")
        .withMessageNotContaining("\n");
  }
}
