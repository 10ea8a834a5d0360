package io.prumerge.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class AssignedDeviceTest {

  @Test
  void theFirstAddressIsTheOrdinal() {
    assertThat(new AssignedDevice(List.of("3")).ordinal()).isEqualTo(3);
    assertThat(new AssignedDevice(List.of("3", "1")).ordinal()).isEqualTo(3);
    assertThat(new AssignedDevice(List.of("3", "1")).column()).isEqualTo("3,1");
  }

  @Test
  void withoutAddressesThereIsNone() {
    assertThat(new AssignedDevice(List.of()).ordinal()).isEqualTo(AssignedDevice.NONE);
    assertThat(new AssignedDevice(List.of()).column()).isNull();
  }

  @Test
  void anAddressThatIsNoOrdinalIsNamed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new AssignedDevice(List.of("GPU-5b1a")).ordinal())
        .withMessageContaining("'GPU-5b1a'");
  }
}
