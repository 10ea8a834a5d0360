package io.prumerge.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.console.UsageException;
import io.prumerge.endpoint.VideoAs;
import io.prumerge.run.cache.ImageLookup;
import io.prumerge.run.cache.ModelKey;
import io.prumerge.store.Yaml;
import io.prumerge.torch.Quantization;
import io.prumerge.zoo.DeviceChoice;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * What is declared of a setting once holds on the command line, from code, in files and records.
 */
class RunSettingTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A value of each setting that has a flag, as a file has it. */
  private static final Map<String, String> VALUES =
      Map.ofEntries(
          Map.entry("device", "cuda"),
          Map.entry("dtype", "bf16"),
          Map.entry("quantize", "[int8, none]"),
          Map.entry("image_aspect", "pad"),
          Map.entry("conv_mode", "llava_v1"),
          Map.entry("reduce_by", "first"),
          Map.entry("answer_by", "letter-logits"),
          Map.entry("limit", "3000000000"),
          Map.entry("max_new_tokens", "4"),
          Map.entry("timing", "alone"),
          Map.entry("timing_batch", "2"),
          Map.entry("min_pixels", "784"),
          Map.entry("max_pixels", "7840"),
          Map.entry("square", "448"),
          Map.entry("endpoint_version", "v2"),
          Map.entry("video_as", "frames"),
          Map.entry("mrope", "published"),
          Map.entry("as", "['half=openai:https://b/v1#m']"),
          Map.entry("frames_by", "[lmms-eval, qwen2]"),
          Map.entry("frames", "[4, 2fps]"),
          Map.entry("max_error_rate", "0.5"),
          Map.entry("repeat", "2"),
          Map.entry("chunks", "5"),
          Map.entry("partitions", "6"),
          Map.entry("answer_cache", "/cache"),
          Map.entry("endpoint_requests", "9"),
          Map.entry("probe", "none"),
          Map.entry("count", "all"),
          Map.entry("tokens_by", "gemma-4"),
          Map.entry("published", "paper.csv"));

  /** A command with the options of a run. */
  @Command
  private static final class Flags {

    @Mixin private RunSettings settings;
  }

  /** A file with the keys of a run. */
  private static final class Document extends RunSettings {}

  private static Stream<RunSetting<?>> declared() {
    return RunSetting.all().stream();
  }

  private static Stream<RunSetting<?>> flagged() {
    return declared().filter(setting -> setting != RunSetting.QUANTIZE); // each model's own
  }

  private static RunSettings parsed(String... arguments) {
    Flags flags = new Flags();
    new CommandLine(flags).parseArgs(arguments);
    return flags.settings;
  }

  private static RunSettings file(String yaml) {
    return Yaml.parse(yaml, new TypeReference<Document>() {}, "s.yaml");
  }

  private static JsonNode node(Object value) throws JsonProcessingException {
    return MAPPER.readTree(MAPPER.writeValueAsString(value));
  }

  private static List<String> arguments(String flag, String value) {
    List<String> arguments = new ArrayList<>(List.of(flag));
    arguments.addAll(List.of(value.replaceAll("[\\[\\]']", "").split(", ")));
    return arguments;
  }

  @ParameterizedTest
  @MethodSource("flagged")
  void theCommandLineAndAFileMeanTheSameValue(RunSetting<?> setting) {
    String flag = setting.setting().flag();
    String key = flag.substring(2).replace('-', '_');
    assertThat(VALUES).containsKey(key);
    String value = VALUES.get(key);

    Object given =
        parsed(arguments(flag, value).toArray(String[]::new)).find(declaredBy(flag)).get();

    assertThat(given.toString()).isEqualToIgnoringCase(value.replaceAll("'", ""));
    if (setting.fileKey().isPresent()) {
      assertThat(file(key + ": " + value).find(declaredBy(flag))).hasValue(given);
    } else {
      assertThatThrownBy(() -> file(key + ": " + value))
          .hasMessageStartingWith("s.yaml: unknown key '" + key + "'; known: answer_by, as,");
    }
  }

  @SuppressWarnings("unchecked") // only compared
  private static RunSetting<Object> declaredBy(String flag) {
    return (RunSetting<Object>)
        flagged()
            .filter(setting -> setting.setting().flag().equals(flag))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void theListHasEveryDeclarationInItsOrder() throws IllegalAccessException {
    List<Object> constants = new ArrayList<>();
    for (Field field : RunSetting.class.getFields()) {
      if (field.getType() == RunSetting.class) {
        constants.add(field.get(null));
      }
    }
    assertThat(declared().map(Object.class::cast)).hasSize(31).containsExactlyElementsOf(constants);
  }

  @Test
  void namesAndKeysAreTheirOwn() {
    Set<String> keys = new HashSet<>();
    RunSetting.recorded().forEach(setting -> assertThat(keys.add(setting.key())).isTrue());
    keys.clear();
    declared()
        .flatMap(setting -> setting.fileKey().stream())
        .forEach(key -> assertThat(keys.add(key)).isTrue());
    assertThat(VALUES.keySet()).containsAll(keys);
  }

  private static RunConfiguration configuration(SettingValues settings, String protocol) {
    boolean local = settings.find(RunSetting.DEVICE).isPresent();
    return new RunConfiguration(
        local ? "/model" : "openai:http://localhost:1/v1#m",
        List.of("examples"),
        List.of("none"),
        settings,
        local
            ? Optional.of(new ModelHashes("c", "t", "w", Collections.emptySortedMap()))
            : Optional.empty(),
        protocol,
        new QuestionHashes("e", "f", "p"),
        Optional.empty());
  }

  /** Returns values of which one is not the default. */
  @SuppressWarnings("unchecked") // parsed by the setting itself
  private static SettingValues other(SettingValues all, RunSetting<?> setting) {
    String flag = setting.setting().flag();
    String value = VALUES.get(flag.substring(2).replace('-', '_'));
    Object given =
        parsed(arguments(flag, value).toArray(String[]::new)).find(declaredBy(flag)).get();
    return all.with(
        (RunSetting<Object>) setting,
        setting == RunSetting.QUANTIZE ? ((List<?>) given).get(0) : given);
  }

  private static ModelKey key(RunConfiguration configuration) {
    return ModelKey.of(configuration, "2.7.1", "true", "auto", "17");
  }

  private static ImageLookup lookup(RunConfiguration configuration) {
    return ImageLookup.of(key(configuration), configuration);
  }

  /** A new setting is in the key of all answers unless its declaration says other. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAnswerIsKnownByEverySettingThatChangesIt(boolean behindEndpoint) {
    SettingValues all = SettingValues.of(new RunSettings().options(), behindEndpoint);
    RunConfiguration configuration = configuration(all, "");
    for (RunSetting<?> setting : RunSetting.all()) {
      if (setting.countsFor(behindEndpoint)) {
        RunConfiguration other = configuration(other(all, setting), "");
        assertThat(key(other).equals(key(configuration)))
            .as("keys have another value of %s", setting)
            .isEqualTo(!setting.changesAllAnswers());
        assertThat(lookup(other).equals(lookup(configuration)))
            .as("questions' keys have what follows from another value of %s", setting)
            .isEqualTo(!setting.changesAnswers());
      } else if (!setting.countsFor(!behindEndpoint)) {
        assertThat(setting.changesAnswers()).as("%s is in no record", setting).isFalse();
      }
    }
    assertThat(lookup(configuration(all, "lmms-eval:8")))
        .as("frames are of a run")
        .isNotEqualTo(lookup(configuration));
  }

  @Test
  void thePageNamesTheSettingsThatAnswersAreKnownBy() throws IOException {
    String page = Files.readString(Path.of(System.getProperty("project.root"), "jobs/README.md"));
    String all =
        page.substring(
            page.indexOf("if all that determines it is equal:"),
            page.indexOf("- If an image lacks an answer"));

    assertThat(Pattern.compile("`(--[a-z-]+)`").matcher(all).results().map(one -> one.group(1)))
        .containsExactlyInAnyOrderElementsOf(
            declared()
                .filter(RunSetting::changesAnswers)
                .map(setting -> setting.setting().flag())
                .toList());
  }

  @Test
  void aRecordIsReadAsItWasWritten() throws JsonProcessingException {
    assertThat(RunSetting.recorded()).hasSize(18);
    assertThat(RunSetting.VIDEO_AS.read(node(RunSetting.VIDEO_AS.written(VideoAs.FRAMES))))
        .isEqualTo(VideoAs.FRAMES);
    assertThat(RunSetting.QUANTIZE.read(node(RunSetting.QUANTIZE.written(Quantization.INT8))))
        .isEqualTo(Quantization.INT8);
    for (RunSetting<?> setting : RunSetting.recorded()) {
      requireDefaultAgain(setting);
    }
  }

  private static <T> void requireDefaultAgain(RunSetting<T> setting)
      throws JsonProcessingException {
    T value = setting.defaultValue();
    assertThat(setting.read(node(setting.written(value)))).isEqualTo(value);
    assertThatThrownBy(() -> setting.read(node(Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(setting.key() + " must be ");
  }

  @ParameterizedTest
  @CsvSource({
    "limit,9223372036854775807",
    "max_new_tokens,2147483647",
    "timing_batch,2147483647",
    "min_pixels,2147483647",
    "repeat,1000"
  })
  void countsHaveTheSameBoundsInFilesAndOptions(String key, String most) {
    String flag = "--" + key.replace('_', '-');
    assertThat(file(key + ": " + most).find(declaredBy(flag)).get()).hasToString(most);
    assertThatThrownBy(() -> file(key + ": 0"))
        .hasMessage("s.yaml: %s must be a whole number from 1 to %s but is 0".formatted(key, most));
    assertThatThrownBy(() -> parsed(flag, "0").options())
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith(" must be at least 1, it is 0");
  }

  @Test
  void countsEndAtTheSameNumber() {
    assertThatCode(() -> parsed("--repeat=1000", "--chunks=100000").options())
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> parsed("--repeat=1001").options())
        .isInstanceOf(UsageException.class)
        .hasMessage("repeat must be at most 1000, it is 1001");
    assertThatThrownBy(() -> file("repeat: 1001"))
        .hasMessage("s.yaml: repeat must be a whole number from 1 to 1000 but is 1001");
    assertThatThrownBy(() -> parsed("--partitions=100001").options())
        .hasMessage("partitions must be at most 100000, it is 100001");
  }

  @Test
  void textsAreNotEmpty() {
    for (String key : List.of("conv_mode", "published")) {
      assertThatThrownBy(() -> file(key + ": ''"))
          .hasMessage("s.yaml: " + key + " must be a text that is not empty but is \"\"");
    }
    assertThatThrownBy(() -> parsed("--endpoint-version=").options())
        .isInstanceOf(UsageException.class)
        .hasMessage("endpointVersion must not be empty");
  }

  @Test
  void whatIsGivenGoesBeforeTheFile() {
    RunSettings given = new RunSettings();
    given.choose(RunSetting.DEVICE, "CPU");

    RunOptions options = given.options(file("{device: cuda, limit: 3}"));

    assertThat(options.get(RunSetting.DEVICE)).isEqualTo(DeviceChoice.CPU);
    assertThat(options.limit()).hasValue(3);
    assertThat(options.number(RunSetting.CHUNKS)).isEmpty();
  }
}
