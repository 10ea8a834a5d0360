package io.prumerge.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceOptionTest {

  private static final String MISSPELT = "io.prumerge.device.twolanes";

  @AfterEach
  void clear() {
    System.clearProperty(MISSPELT);
    System.clearProperty(DeviceOption.TWO_LANES.property());
  }

  @Test
  void optionsAreOffUnlessTheirPropertyIsTrue() throws Exception {
    assertThat(DeviceOption.chosen()).isEmpty();
    assertThat(DeviceOptions.with(DeviceOption::chosen, DeviceOption.TWO_LANES))
        .containsExactly(DeviceOption.TWO_LANES);
    System.setProperty(DeviceOption.TWO_LANES.property(), "false");
    assertThat(DeviceOption.chosen()).isEmpty();
  }

  /** Nothing would be measured otherwise. */
  @Test
  void anotherValueOrNameIsAnError() {
    System.setProperty(DeviceOption.TWO_LANES.property(), "yes");
    assertThatThrownBy(DeviceOption::chosen)
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "Cannot load a model with -Dio.prumerge.device.twoLanes=yes: set it to true or false");
    System.clearProperty(DeviceOption.TWO_LANES.property());
    System.setProperty(MISSPELT, "true");
    assertThatThrownBy(DeviceOption::chosen)
        .isInstanceOf(DeviceException.class)
        .hasMessageStartingWith("Cannot load a model with [" + MISSPELT + "]: there are only [")
        .hasMessageContaining(DeviceOption.TWO_LANES.property());
  }

  @Test
  void thePageHasARowForEach() throws IOException {
    String page = Files.readString(Path.of(System.getProperty("project.root"), "udfs/README.md"));
    for (DeviceOption option : DeviceOption.values()) {
      String name = option.property().substring(option.property().lastIndexOf('.') + 1);
      assertThat(page).contains("\n| `" + name + "` |");
    }
  }
}
