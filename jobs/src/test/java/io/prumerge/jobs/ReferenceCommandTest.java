package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.GeneratedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class ReferenceCommandTest {

  private static final Path PAGE =
      Path.of(System.getProperty("project.root"), "conf", "commands.md");

  @Test
  void theCommittedPageIsWhatTheCodeSays() throws IOException {
    CommandLineRun run = CommandLineRun.of("generate-reference");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    GeneratedFile.requireCurrent(
        PAGE, run.out(), "prumerge-spark generate-reference > conf/commands.md");
    assertThat(run.out())
        .contains("\n## prumerge-spark\n", "\n## sweep\n", "--dry-run")
        .doesNotContain("## generate-");
    assertThat(run.out().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
  }

  @Test
  void thePagesCommandsAreParsed() throws IOException {
    SoftAssertions all = new SoftAssertions();
    int whole = 0;
    for (Path page : PageCommands.pages()) {
      for (PageCommands.Block block : PageCommands.blocks(page)) {
        for (List<String> words : PageCommands.commands(block)) {
          String line = PageCommands.ROOT.relativize(page) + ": " + String.join(" ", words);
          List<String> given = withoutOptionsOfSpark(words);
          if (isWhole(words)) {
            whole++;
            all.assertThatCode(() -> RootCommand.parser().parseArgs(given.toArray(String[]::new)))
                .as(line)
                .doesNotThrowAnyException();
          } else {
            all.assertThat(unknownOptions(given)).as(line).isEmpty();
          }
        }
      }
    }
    all.assertAll();
    assertThat(whole).isGreaterThan(60);
  }

  private static List<String> withoutOptionsOfSpark(List<String> words) {
    Set<String> commands = RootCommand.parser().getSubcommands().keySet();
    return words.stream().dropWhile(word -> !commands.contains(word)).toList();
  }

  /** Returns whether a page shows a whole command, with nothing that only a user's file defines. */
  private static boolean isWhole(List<String> words) {
    return words.stream()
        .noneMatch(word -> word.equals("...") || word.equals("--jars") || word.contains("script:"));
  }

  private static List<String> unknownOptions(List<String> given) {
    if (given.isEmpty()) {
      return List.of();
    }
    Set<String> known =
        RootCommand.parser()
            .getSubcommands()
            .get(given.get(0))
            .getCommandSpec()
            .optionsMap()
            .keySet();
    return given.stream()
        .filter(word -> word.startsWith("--"))
        .map(word -> word.replaceFirst("=.*", ""))
        .filter(option -> !known.contains(option))
        .toList();
  }
}
