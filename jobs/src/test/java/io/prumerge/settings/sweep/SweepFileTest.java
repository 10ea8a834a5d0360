package io.prumerge.settings.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.config.TimeRule;
import io.prumerge.console.UsageException;
import io.prumerge.engine.Timing;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.run.OwnScript;
import io.prumerge.settings.AnswerBy;
import io.prumerge.settings.AskedFrames;
import io.prumerge.settings.NamedModel;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunOptions;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.RunSettings;
import io.prumerge.torch.Quantization;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SweepFileTest {

  @TempDir private Path folder;

  private SweepFile read(String yaml) throws IOException {
    return SweepFile.read(Files.writeString(folder.resolve("s.yaml"), yaml));
  }

  private static List<String> spelled(List<MethodSpec> methods) {
    return methods.stream().map(MethodSpec::toString).toList();
  }

  @Test
  void readsEveryKey() throws IOException {
    SweepFile sweep =
        read(
            """
            models: [a, ../b+x, /c, 's3a://bucket/d', {path: e, sha256: %s}]
            examples: [e, 'hdfs://n/f', /g]
            methods: [none]
            device: cpu
            dtype: bf16
            image_aspect: pad
            conv_mode: llava_v1
            mrope: published
            reduce_by: first
            answer_by: letter-logits
            timing: alone
            timing_batch: 2
            quantize: [none, int8]
            limit: 3
            max_new_tokens: 4
            max_error_rate: 0.5
            as: ['half=openai:https://b/v1#m', 'again=openai:https://a/v1#m']
            repeat: 2
            frames_by: [lmms-eval, qwen2:2fps, qwen3]
            frames: [4, '8']
            """
                .formatted("AB".repeat(32)));

    assertThat(sweep.models())
        .containsExactly(
            PinnedModel.any(folder.resolve("a").toString()),
            PinnedModel.any(folder.resolveSibling("b") + "+" + folder.resolve("x")),
            PinnedModel.any("/c"),
            PinnedModel.any("s3a://bucket/d"),
            new PinnedModel(folder.resolve("e").toString(), new WeightsPin("ab".repeat(32))));
    assertThat(sweep.examples()).containsExactly("file:" + folder.resolve("e"), "hdfs://n/f", "/g");
    RunOptions options = sweep.settings().options();
    assertThat(options.get(RunSetting.DEVICE)).isEqualTo(DeviceChoice.CPU);
    assertThat(options.get(RunSetting.DTYPE)).isEqualTo(DtypeChoice.BF16);
    assertThat(options.get(RunSetting.IMAGE_ASPECT)).isEqualTo(ImageAspect.PAD);
    assertThat(options.get(RunSetting.CONVERSATION)).isEqualTo("llava_v1");
    assertThat(options.get(RunSetting.MIN_PIXELS)).isZero();
    assertThat(options.get(RunSetting.MROPE)).isEqualTo(TimeRule.PUBLISHED);
    assertThat(options.get(RunSetting.REDUCE_BY)).isEqualTo(ReduceBy.FIRST);
    assertThat(options.get(RunSetting.ANSWER_BY)).isEqualTo(AnswerBy.LETTER_LOGITS);
    assertThat(options.get(RunSetting.TIMING)).isEqualTo(Timing.ALONE);
    assertThat(options.get(RunSetting.TIMING_BATCH)).isEqualTo(2);
    assertThat(options.limit()).hasValue(3);
    assertThat(options.number(RunSetting.MAX_NEW_TOKENS)).hasValue(4);
    assertThat(options.get(RunSetting.MAX_ERROR_RATE)).isEqualTo(0.5);
    assertThat(options.get(RunSetting.SERVERS))
        .extracting(NamedModel::toString)
        .containsExactly("half=openai:https://b/v1#m", "again=openai:https://a/v1#m");
    assertThat(options.get(RunSetting.REPEAT)).isEqualTo(2);
    assertThat(options.frames())
        .isEqualTo(
            AskedFrames.of(
                List.of("lmms-eval:4", "lmms-eval:8", "qwen2:2fps", "qwen3:4", "qwen3:8"),
                List.of()));
    assertThat(new RunSettings().quantizations(sweep.settings()))
        .containsExactly(Quantization.NONE, Quantization.INT8);
  }

  @Test
  void whatIsGivenGoesBeforeTheFileAndThatBeforeTheDefault() throws IOException {
    SweepFile sweep = read("{methods: [none], device: cpu, limit: 3, max_new_tokens: 4}");
    RunSettings given = new RunSettings();
    given.set(RunSetting.LIMIT, 5L);
    given.set(RunSetting.CONVERSATION, "plain");

    RunOptions options = given.options(sweep.settings());

    assertThat(options.limit()).hasValue(5);
    assertThat(options.number(RunSetting.MAX_NEW_TOKENS)).hasValue(4);
    assertThat(options.get(RunSetting.MAX_ERROR_RATE)).isEqualTo(0.01);
    assertThat(options.get(RunSetting.REPEAT)).isZero();
    assertThat(options.get(RunSetting.DEVICE)).isEqualTo(DeviceChoice.CPU);
    assertThat(options.get(RunSetting.DTYPE)).isEqualTo(DtypeChoice.AUTO);
    assertThat(options.get(RunSetting.IMAGE_ASPECT)).isEqualTo(ImageAspect.AUTO);
    assertThat(options.get(RunSetting.CONVERSATION)).isEqualTo("plain");
    assertThat(options.get(RunSetting.MIN_PIXELS)).isZero();
    assertThat(options.get(RunSetting.MROPE)).isEqualTo(TimeRule.TRANSFORMERS);
  }

  @Test
  void aScriptsFileIsRelativeToTheSweepFile() throws IOException {
    OwnScript.write(folder.resolve("own.pt"), "class_attention", OwnScript.FASTERVLM);
    SweepFile sweep =
        read(
            """
            methods:
              - {method: script, file: own.pt, tokens: [9, 4]}
              - script:%s/own.pt,tokens=4
              - uniform:tokens=@script:own.pt,tokens=4
            """
                .formatted(folder));

    assertThat(spelled(sweep.methods()))
        .hasSize(3)
        .satisfies(
            specs -> {
              assertThat(specs.get(0)).matches("script:own\\.pt,sha256=[0-9a-f]{16},tokens=9");
              assertThat(specs.get(2)).isEqualTo("uniform:tokens=@" + specs.get(1));
            });
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> read("methods: [{method: script, file: no.pt}]"))
        .withMessage("Cannot read the script " + folder + "/no.pt: there is no such file");
  }

  @Test
  void gridsStandForEveryCombinationOnce() throws IOException {
    SweepFile sweep =
        read(
            """
            methods:
              - none
              - prumerge:k=32
              - method: [prumerge, prumerge+]
                k: [8, 32]
                ratio: [0.25, 5.0e-1]
              - {method: random, seed: [0, 7], tokens: ["@prumerge:k=8", 9]}
              - {method: prumerge, merge: [true, false]}
            """);

    assertThat(spelled(sweep.methods()))
        .containsExactly(
            "none",
            "prumerge",
            "prumerge:k=8,ratio=0.25",
            "prumerge:k=8,ratio=0.5",
            "prumerge:ratio=0.25",
            "prumerge:ratio=0.5",
            "prumerge+:k=8,ratio=0.25",
            "prumerge+:k=8,ratio=0.5",
            "prumerge+:ratio=0.25",
            "prumerge+:ratio=0.5",
            "random:tokens=@prumerge:k=8",
            "random:tokens=9",
            "random:seed=7,tokens=@prumerge:k=8",
            "random:seed=7,tokens=9",
            "prumerge:merge=false");
    assertThat(sweep.models()).as("left to the command line").isEmpty();
    assertThat(sweep.settings().options()).isEqualTo(new RunSettings().options());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[none] | the file must be keys with values but is [\"none\"]",
        "'' | the file must be keys with values but is",
        "a: 1 | unknown key 'a'; known: answer_by, as, benchmarks, conv_mode, device, dtype,"
            + " examples,",
        "limit: 3 | the key 'methods' is missing",
        "methods: none | methods must be a list but is \"none\"",
        "methods: [] | methods must be a list of at least one element but is []",
        "methods: [none, 3] | methods[1]: it must be a spec like prumerge:k=16, or keys with"
            + " 'method' among them, but is 3",
        "methods: [prumerg] | methods[0]: Unknown method 'prumerg'; known: ",
        "methods: [{k: 3}] | methods[0]: it must be a spec like prumerge:k=16, or keys with"
            + " 'method' among them, but is {\"k\":3}",
        "methods: [{method: 'prumerge:k=16', layer: 3}] | methods[0]: method must be the name of"
            + " one method, but is prumerge:k=16; write its keys beside it",
        "methods: [{method: [none, 'prumerge:k=16']}] | methods[0]: method must be the name of one"
            + " method",
        "methods: [{method: [fastv, prumerge..fastv], layer: 3}] | methods[0]: method must be the"
            + " name of one method, but is prumerge..fastv",
        "methods: [{method: prumerge, kk: 3}] | methods[0]: Unknown key 'kk' of method 'prumerge'",
        "methods: [{method: prumerge, k: [3, 0]}] | methods[0]: Cannot use method",
        "methods: [{method: prumerge, k: [[3]]}] | methods[0]: k must be texts, numbers, true or"
            + " false, but is [3]",
        "methods: [{method: prumerge, k: }] | the key 'methods[0].k' has no value",
        "'{methods: [none], limit: 0}' | limit must be a whole number from 1 to 9223372036854775807"
            + " but is 0",
        "'{methods: [none], limit: 1.5}' | limit must be a whole number but is 1.5",
        "'{methods: [none], limit: \"3\"}' | limit must be a whole number but is \"3\"",
        "'{methods: [none], max_new_tokens: 3000000000}' | max_new_tokens must be a whole number"
            + " from 1 to 2147483647 but is 3000000000",
        "'{methods: [none], repeat: 0}' | repeat must be a whole number from 1 to 1000 but is 0",
        "'{methods: [none], max_error_rate: 1.1}' | max_error_rate must be a number from 0 to 1 but"
            + " is 1.1",
        "'{methods: [none], max_error_rate: x}' | max_error_rate must be a number but is \"x\"",
        "'{methods: [none], limit: }' | the key 'limit' has no value",
        "'{methods: [none, null]}' | methods must be a list of at least one element but is ",
        "'{methods: [none], device: gpu}' | device must be one of auto, cpu, cuda but is \"gpu\"",
        "'{methods: [none], as: []}' | as must be a list of at least one element but is []",
        "'{methods: [none], as: half}' | as must be a list but is \"half\"",
        "'{methods: [none], as: [none=openai:https://b/v1#m]}' | 'none' is a method's name",
        "'{methods: [none], models: m}' | models must be a list but is \"m\"",
        "'{methods: [none], models: [m, 4]}' | models[1] must be a text, or keys with values, but"
            + " is 4",
        "'{methods: [none], models: [{sha256: 1}]}' | models[0].sha256 must be a text but is 1",
        "'{methods: [none], models: [{sha256: ab}]}' | models[0]: Cannot pin weights to 'ab'",
        "'{methods: [none], models: [{path: m, sha: 1}]}' | unknown key 'models[0].sha'; known:"
            + " path, sha256",
        "'{methods: [none], models: [{path: m, sha256: latest}]}' | models[0]: Cannot pin weights"
            + " to 'latest': a SHA-256 has 64",
      })
  void refusesWithFilePlaceAndValue(String yaml, String problem) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(folder.resolve("s.yaml") + ": " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metods: [none] | methods",
        "'{methods: [none], max_tokens: 3}' | max_new_tokens",
        "'{methods: [none], models: [{path: m, sha: 1}]}' | sha256",
        "'{methods: [none], search: {growht: 2}}' | growth",
        "'{methods: [none], search: {cost: flop}}' | flops",
        "'{methods: [none], dtype: bf61}' | bf16",
        "'{methods: [none], reduce_by: frist}' | first",
        "'{methods: [none], answer_by: letter-logit}' | letter-logits",
        "methods: [prumege] | prumerge or prumerge+",
        "methods: [{method: fastv, layr: 3}] | layer",
      })
  void saysWhichKeyOrValueWasMeant(String yaml, String meant) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith("; did you mean " + meant + "?");
  }

  @Test
  void refusesWhatIsNoYamlOrSaysAKeyTwice() {
    assertThatThrownBy(() -> read("methods: [none]\nlimit: 1\nlimit: 2\n"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("s.yaml at line 3: Duplicate field 'limit'");
    assertThatThrownBy(() -> read("models: [a, b"))
        .hasMessageContaining(
            "s.yaml at line 1: what begins here does not end with ], or lacks a comma between two"
                + " values");
    assertThatThrownBy(() -> read("methods: [@prumerge]"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("s.yaml at line 1: a value cannot begin with @; put it in quotes");
    assertThatThrownBy(() -> read("methods: [none]\n---\nmethods: [none]\n"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot read ");
    assertThatThrownBy(() -> SweepFile.read(folder.resolve("absent.yaml")))
        .isInstanceOf(UsageException.class)
        .hasMessage("No sweep file %s here".formatted(folder.resolve("absent.yaml")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"methods: [\"\\x", "methods: [\"\\UFFFFFFFF\"]"})
  void refusesEscapesOfNothing(String yaml) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("s.yaml: it has an invalid escape: ");
  }

  @Test
  void refusesMoreThanAnybodyMeans() throws IOException {
    StringBuilder many = new StringBuilder("1");
    for (int k = 2; k <= 101; k++) {
      many.append(",").append(k);
    }
    assertThatThrownBy(
            () ->
                read(
                    "methods: [{method: prumerge, k: [%s], ratio: [.1,.2,.3,.4,.5,.6,.7,.8,.9,1]}]"
                        .formatted(many)))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith(
            "methods[0]: it stands for 1,010 methods or more; one sweep takes at most 1,000");
    Path large = folder.resolve("large.yaml");
    Files.write(large, new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> SweepFile.read(large))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has 1,048,577 bytes, a sweep file at most 1,048,576");
  }

  @Test
  void anyBytesAreAFileOrARefusal() throws IOException {
    byte[] whole =
        "models: [m]\nmethods:\n  - none\n  - {method: random, seed: [1, 2], tokens: \"@prumerge\"}\nlimit: 3\n"
            .getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("fuzz.yaml");
    Random random = new Random(8);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = whole.clone();
      for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] =
            (byte) (random.nextInt(127) + random.nextInt(2) * 100);
      }
      Files.write(file, bytes);
      try {
        assertThat(SweepFile.read(file).methods()).isNotEmpty();
      } catch (UsageException e) {
        assertThat(e).hasMessageContaining("fuzz.yaml");
        refused++;
      }
    }
    assertThat(refused).isBetween(1000, 1999);
  }
}
