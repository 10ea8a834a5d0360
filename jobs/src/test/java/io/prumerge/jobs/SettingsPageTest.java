package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.GeneratedFile;
import io.prumerge.endpoint.Patience;
import io.prumerge.host.DeviceOption;
import io.prumerge.host.SparkSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.network.util.JavaUtils;
import org.junit.jupiter.api.Test;

/**
 * Makes {@code conf/settings.md} from the constants that name settings and their Javadoc, and
 * compares it. No setting in the sources is missing on it.
 */
class SettingsPageTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Path UDFS = ROOT.resolve("udfs/src/main/java");
  private static final Path LAUNCHER = ROOT.resolve("jobs/src/dist/bin/prumerge-spark");

  private static final Pattern SPARK = Pattern.compile("spark\\.prumerge\\.\\w+");

  /** What reads or sets a variable, and the constant or the text that names it. */
  private static final Pattern VARIABLE =
      Pattern.compile(
          "(?:getenv|setenv|EnvOrSystemProperty|environment\\s*\\.getOrDefault)"
              + "\\(\\s*(\"\\w*\"|[A-Z_]+(?=[,)]))");

  /** The launcher's own: a variable, a value, and in a comment the rest of its sentence. */
  private static final Pattern LAUNCHERS =
      Pattern.compile("\\b(PRUMERGE_[A-Z_]+)=?(\\w*)(?: ([a-z][^.\\n$]*)\\.)?");

  @Test
  void thePageIsWhatTheCodeSays() throws IOException {
    GeneratedFile.requireCurrent("settings.md", page());
  }

  @Test
  void sourcesNameNoOtherSettingOfSpark() throws IOException {
    Set<String> known =
        Arrays.stream(SparkSetting.values()).map(SparkSetting::key).collect(Collectors.toSet());
    for (Path file : sources()) {
      assertThat(SPARK.matcher(Files.readString(file)).results().map(found -> found.group()))
          .as("%s", file)
          .isSubsetOf(known);
    }
  }

  @Test
  void theTimeForAnAnswerIsThatOfEndpoints() {
    assertThat(
            Duration.ofMillis(
                JavaUtils.timeStringAsMs(SparkSetting.ENDPOINT_TIMEOUT.defaultValue())))
        .isEqualTo(Patience.MODEL.answer());
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("udfs", "jobs")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }

  private static String page() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Settings

            A test makes this page from the code and compares it. [Spark's own settings, and keys of
            endpoints](README.md#settings) are on another page, and so are the [options of commands](commands.md).

            ## Contents

            - [In Spark's configuration](#in-sparks-configuration)
            - [System properties](#system-properties)
            - [Environment variables](#environment-variables)

            ## In Spark's configuration

            SQL and the plugin read those above `cacheDir`, or SQL alone where the table says so; commands take these
            values from their options. Everything reads the others.

            More about [names on the hub](../jobs/README.md#names-on-the-hub), [`int8`](../udfs/README.md#int8),
            [templates](../udfs/README.md#checkpoints), [`--min-pixels`](../udfs/README.md#qwen2-vl-and-qwen25-vl),
            [scripts](../udfs/README.md#a-torchscript-file), [remote models](../udfs/README.md#checkpoints),
            [AMD processors and `packWeights`](../udfs/README.md#cpu-and-gpu),
            [endpoints](../jobs/README.md#models-behind-endpoints), [devices that hang](README.md#devices-that-fail).

            """);
    JavadocText said = JavadocText.of(UDFS, SparkSetting.class);
    Markdown.table(
        page,
        List.of("setting", "default", "meaning"),
        Arrays.stream(SparkSetting.values())
            .map(
                one ->
                    List.of(
                        "`" + one.key() + "`",
                        one.defaultValue().isEmpty() ? "" : "`" + one.defaultValue() + "`",
                        said.body("SparkSetting." + one.name())
                            .replace("`report/runs`", "[report/runs](tables.md#reportruns)")))
            .toList());
    page.append(
        """

        ## System properties

        Other ways to use a device, of the executor's JVM: `true` or `false`, the default.
        [What is expected of each, and how to measure it](../udfs/README.md#options-to-measure).

        """);
    JavadocText options = JavadocText.of(UDFS, DeviceOption.class);
    Markdown.table(
        page,
        List.of("property", "changes"),
        Arrays.stream(DeviceOption.values())
            .map(
                one ->
                    List.of("`" + one.property() + "`", options.body("DeviceOption." + one.name())))
            .toList());
    page.append(
        """

        ## Environment variables

        More about [libtorch](README.md#jars-and-libtorch), [GPUs](README.md#gpus),
        [keys of endpoints](README.md#keys-of-endpoints), [the launcher](../jobs/README.md#running-a-command).

        """);
    Markdown.table(
        page,
        List.of("variable", "meaning"),
        variables().entrySet().stream()
            .map(entry -> List.of("`" + entry.getKey() + "`", entry.getValue()))
            .toList());
    return page.toString();
  }

  /** Returns what is said of the variables that sources and launcher read or set, by name. */
  private static Map<String, String> variables() throws IOException {
    Map<String, String> meanings = new TreeMap<>();
    Set<String> used = new TreeSet<>();
    for (Path file : sources()) {
      String code = Files.readString(file);
      for (Matcher use = VARIABLE.matcher(code); use.find(); ) {
        String constant = use.group(1);
        Matcher value = Pattern.compile("String " + constant + " = \"(\\w+)\";").matcher(code);
        assertThat(value.find()).as("%s is no constant of %s", constant, file).isTrue();
        used.add(value.group(1));
        JavadocText.of(file)
            .find(file.getFileName().toString().replace("java", constant))
            .ifPresent(said -> meanings.put(value.group(1), said));
      }
    }
    String launcher = Files.readString(LAUNCHER);
    for (Matcher one = LAUNCHERS.matcher(launcher); one.find(); ) {
      used.add(one.group(1));
      if (one.group(3) != null) {
        String value = one.group(2).isEmpty() ? "Its value" : "`" + one.group(2) + "`";
        meanings.put(one.group(1), "%s %s.".formatted(value, one.group(3)));
      }
    }
    assertThat(meanings.keySet()).as("variables that are explained").isEqualTo(used);
    return meanings;
  }
}
