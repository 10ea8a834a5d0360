package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.host.DeviceException;
import io.prumerge.model.DeviceFailures;
import io.prumerge.torch.TorchException;
import org.junit.jupiter.api.Test;

class LostDeviceTest {

  private static final LostDevice ON_EXECUTOR = new LostDevice(true);
  private static final LostDevice ON_DRIVER = new LostDevice(false);

  @Test
  void anErrorOfCudaEndsAnExecutorAsAHungDeviceDoes() {
    assertThatThrownBy(() -> ON_EXECUTOR.of(DeviceFailures.broken()))
        .isInstanceOf(VirtualMachineError.class)
        .hasMessageContaining("CUDA error: device-side assert");
    assertThatThrownBy(() -> ON_EXECUTOR.because("it hangs"))
        .isInstanceOf(VirtualMachineError.class)
        .hasMessage("it hangs");
  }

  @Test
  void aDriverLivesOnAndSaysThatItHasToEnd() {
    assertThat(ON_DRIVER.of(DeviceFailures.broken()))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("has to end")
        .hasMessageContaining("CUDA error: device-side assert");
  }

  @Test
  void aFailureThatTheDeviceSurvivesIsThrownAsItIs() {
    for (TorchException failure :
        new TorchException[] {DeviceFailures.wrong(), DeviceFailures.outOfMemory()}) {
      assertThat(ON_EXECUTOR.of(failure)).isSameAs(failure);
    }
  }
}
