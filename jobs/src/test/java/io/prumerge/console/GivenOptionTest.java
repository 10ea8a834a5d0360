package io.prumerge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class GivenOptionTest {

  /** As the settings of a command. */
  private static final class Flags {

    @Mixin
    private final GivenOption<List<String>> examples = CommonOptions.examples("Tables.").required();

    @Mixin
    private final GivenOption<Integer> limit =
        GivenOption.count(Setting.LIMIT).help("N", "So many.");
  }

  @Command(name = "a")
  private static final class Asked {

    @Mixin private Flags flags;

    @Option(names = "--other")
    private boolean other;

    @Mixin private final GivenOption<Boolean> json = CommonOptions.json();

    @Mixin
    private final GivenOption<List<String>> others =
        GivenOption.texts(Setting.SOURCE).help("DIR", "Others.");
  }

  private static Asked parsed(String... arguments) {
    Asked asked = new Asked();
    new CommandLine(asked).parseArgs(arguments);
    return asked;
  }

  @Test
  void valuesAreThoseOfTheCommandLine() {
    Asked asked = parsed("--examples", "a", "b", "--json", "--limit", "3", "--examples=c");

    assertThat(asked.flags.examples.get()).containsExactly("a", "b", "c");
    assertThat(asked.flags.limit.find()).contains(3);
    assertThat(asked.json.get()).isTrue();
  }

  @Test
  void withoutAValueThereIsNone() {
    Asked asked = parsed("--examples=a");

    assertThat(asked.flags.limit.isGiven()).isFalse();
    assertThat(asked.flags.limit.find()).isEmpty();
    assertThat(asked.flags.limit.or(7)).isEqualTo(7);
    assertThat(asked.json.get()).isFalse();
    assertThat(asked.others.get()).isEmpty();
    assertThatThrownBy(asked.flags.limit::get)
        .isInstanceOf(UsageException.class)
        .hasMessage("limit is missing");
    assertThatThrownBy(() -> parsed("--json")).hasMessageContaining("--examples=DIR");
  }

  @Test
  void valuesFromCodeAreCheckedAsThoseOfTheCommandLine() {
    Asked asked = parsed("--examples=a");
    asked.flags.limit.set(0);

    assertThatThrownBy(asked.flags.limit::find)
        .isInstanceOf(UsageException.class)
        .hasMessage("limit must be at least 1, it is 0");
    assertThatThrownBy(() -> parsed("--examples=a", "--limit=0").flags.limit.find())
        .hasMessage("limit must be at least 1, it is 0");
  }

  @Test
  void helpSaysWhatTheCommandMeans() {
    assertThat(new CommandLine(new Asked()).getUsageMessage())
        .contains("--examples=DIR...", "Tables.", "--limit=N", "[--json]");
  }
}
