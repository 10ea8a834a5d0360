package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.console.Setting;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Checks that only declarations and commands name options; other code names a {@link Setting}. */
class FlagNamesTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  /** An option within a string literal, except those of spark-submit and of hf. */
  private static final Predicate<String> FLAG =
      Pattern.compile(
              "\"(?:[^\"]*[^\"\\w-])?--(?!conf |driver-java-options |driver-memory |packages |jars: |local-dir |repo-type |revision |include )[a-z][^\"]*\"")
          .asPredicate();

  /** What declares an option: its names, and a description that may name others. */
  private static final Pattern DECLARATION =
      Pattern.compile("(?:@Option|\\.help)\\((?:[^()\"]|\"(?:[^\"\\\\]|\\\\.)*\")*\\)");

  private static final Pattern COMMANDS = Pattern.compile("io/prumerge/(jobs|console)/[^/]+$");

  @ParameterizedTest
  @EnumSource
  void everySettingIsAnOptionOfSomeCommand(Setting setting) {
    Set<String> options =
        commands()
            .flatMap(
                command ->
                    Stream.concat(
                        command.optionsMap().keySet().stream(),
                        command.positionalParameters().stream()
                            .map(CommandLine.Model.ArgSpec::paramLabel)))
            .collect(Collectors.toSet());

    assertThat(options).contains(setting.flag());
  }

  private static Stream<CommandSpec> commands() {
    return new CommandLine(RootCommand.class)
        .getSubcommands().values().stream().map(CommandLine::getCommandSpec);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--output", "--json", "--examples"})
  void anOptionOfManyCommandsIsNoFieldOfEach(String name) {
    assertThat(commands().map(command -> command.findOption(name)).filter(Objects::nonNull))
        .hasSizeGreaterThan(5)
        .noneMatch(option -> option.userObject() instanceof Field);
  }

  @Test
  void noSettingsHaveFieldsThatOthersChange() {
    assertThat(
            commands()
                .flatMap(command -> command.mixins().values().stream())
                .map(mixin -> mixin.userObject().getClass())
                .distinct()
                .flatMap(type -> Stream.of(type.getFields())))
        .isNotEmpty()
        .allMatch(field -> Modifier.isFinal(field.getModifiers()));
  }

  @Test
  void noOtherPackageSpellsAFlag() throws IOException {
    for (String module : List.of("udfs", "jobs")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          if (!COMMANDS.matcher(file.toString()).find()) {
            String code = DECLARATION.matcher(Files.readString(file)).replaceAll("");
            assertThat(code.lines()).as("%s", file).noneMatch(FLAG);
          }
        }
      }
    }
    assertThat(FLAG).accepts("\"give it as --source\"", "\"--limit\"").rejects("\"a--b\"");
  }
}
