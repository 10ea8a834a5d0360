package io.prumerge.plan;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.UsageException;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CountSettingTest {

  @ParameterizedTest
  @EnumSource
  void startsAtOneForOptionsAndFiles(CountSetting setting) {
    assertThatCode(() -> setting.require(1)).doesNotThrowAnyException();
    assertThatCode(() -> setting.requireInFile(1)).doesNotThrowAnyException();
    assertThatThrownBy(() -> setting.require(0))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith(" must be at least 1, it is 0");
    assertThatThrownBy(() -> setting.requireInFile(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(setting.name().toLowerCase(Locale.ROOT) + " must be ");
  }

  @Test
  void endsAtTheSameNumberForOptionsAndFiles() {
    assertThatCode(() -> CountSetting.REPEAT.require(1000)).doesNotThrowAnyException();
    assertThatCode(() -> CountSetting.REPEAT.requireInFile(1000)).doesNotThrowAnyException();
    assertThatThrownBy(() -> CountSetting.REPEAT.require(OptionalInt.of(1001)))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith(" must be at most 1000, it is 1001");
    assertThatThrownBy(() -> CountSetting.REPEAT.requireInFile(1001))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("repeat must be a whole number from 1 to 1000 but is 1001");
    assertThatThrownBy(() -> CountSetting.PARTITIONS.require(OptionalInt.of(100_001)))
        .hasMessageEndingWith(" must be at most 100000, it is 100001");
  }

  @Test
  void takesWhatIsNotGiven() {
    assertThatCode(() -> CountSetting.LIMIT.require(OptionalLong.empty()))
        .doesNotThrowAnyException();
    assertThatCode(() -> CountSetting.CHUNKS.require(OptionalInt.empty()))
        .doesNotThrowAnyException();
  }
}
