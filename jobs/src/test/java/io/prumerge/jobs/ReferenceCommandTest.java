package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ReferenceCommandTest {

  private static final Path PAGE =
      Path.of(System.getProperty("project.root"), "conf", "commands.md");

  @Test
  void theCommittedPageIsWhatTheCodeSays() throws IOException {
    CommandLineRun run = CommandLineRun.of("generate-reference");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .as("run: ... generate-reference > conf/commands.md")
        .isEqualTo(Files.readString(PAGE));
    assertThat(run.out())
        .contains("\n## prumerge-spark\n", "\n## sweep\n", "--dry-run")
        .doesNotContain("## generate-");
    assertThat(run.out().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
  }

  @Test
  void theOptionsOfThePagesCommandsAreKnown() throws IOException {
    Path root = Path.of(System.getProperty("project.root"));
    Map<String, CommandLine> commands = new CommandLine(RootCommand.class).getSubcommands();
    int found = 0;
    for (String page :
        List.of("README.md", "jobs/README.md", "jobs/PAPER.md", "jobs/BENCHMARKS.md")) {
      String text = Files.readString(root.resolve(page)).replaceAll("\\\\\n *", "");
      for (String line : text.lines().map(String::strip).toList()) {
        String[] words = line.replaceAll(" +# .*", "").split(" +");
        Optional<String> command =
            Stream.of(words).skip(1).filter(commands::containsKey).findFirst();
        if (words[0].equals("prumerge-spark") && command.isPresent()) {
          found++;
          Set<String> known = commands.get(command.get()).getCommandSpec().optionsMap().keySet();
          assertThat(Stream.of(words).skip(List.of(words).indexOf(command.get())))
              .as("%s: %s", page, line)
              .filteredOn(word -> word.startsWith("--"))
              .allSatisfy(word -> assertThat(known).contains(word.replaceFirst("=.*", "")));
        }
      }
    }
    assertThat(found).isGreaterThan(20);
  }
}
