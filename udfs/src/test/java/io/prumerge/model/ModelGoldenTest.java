package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The forward pass in fp32 against transformers 4.57.1 and the official PruMerge
 * (notebooks/goldens): features and logits within 1e-4 (1 + |x|), greedy ids equal up to a margin
 * below 1e-3.
 */
@Tag("model")
public class ModelGoldenTest {

  private static final int NEW_TOKENS = 12;

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16"})
  void projectedFeaturesAreTheReferences(String name) throws IOException {
    try (GoldenModel golden = new GoldenModel(name, Precision.FP32)) {
      int stride = golden.golden.get("feature_stride").asInt();
      for (JsonNode input : golden.list("inputs")) {
        String key = input.get("name").asText();
        try (ProjectedTokens all = golden.project(key, "none")) {
          assertClose(
              everyRow(all, stride, golden), golden.tensor(key + "/features"), key + " features");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16"})
  void aBatchOfImagesIsEncodedAndReducedAsEachAlone(String name) throws IOException {
    try (GoldenModel golden = new GoldenModel(name, Precision.FP32)) {
      List<PreparedView> inputs = new ArrayList<>();
      for (JsonNode input : golden.list("inputs")) {
        inputs.add(new PreparedView(golden.pixels(input.get("name").asText()), new byte[32]));
      }
      List<EncodedView> batch = golden.model.vision().encode(inputs, TowerDepth.SCORES);
      for (int i = 0; i < batch.size(); i++) {
        JsonNode input = golden.list("inputs").get(i);
        String key = input.get("name").asText();
        try (EncodedView image = batch.get(i)) {
          assertClose(image.clsAttention(), golden.tensor(key + "/attention"), key + " attention");
          JsonNode official = input.get("prumerge");
          if (official.get("sharp").asBoolean() && kept(official)) {
            assertReduced(golden, image, key, "prumerge", official);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16"})
  void prumergeKeepsAndMergesAsTheOfficialCode(String name) throws IOException {
    int compared = 0;
    try (GoldenModel golden = new GoldenModel(name, Precision.FP32)) {
      for (JsonNode input : golden.list("inputs")) {
        String key = input.get("name").asText();
        try (EncodedView image = golden.encode(key)) {
          assertClose(image.clsAttention(), golden.tensor(key + "/attention"), key + " attention");
          for (String method : List.of("prumerge", "prumerge+")) {
            JsonNode official = input.get(method);
            if (!official.has("error") && official.get("sharp").asBoolean() && kept(official)) {
              assertReduced(golden, image, key, method, official);
              compared++;
            }
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(8);
  }

  // Where the official code keeps no patch at all, this project keeps the arg max: a stated policy.
  private static boolean kept(JsonNode official) {
    return official.get("kept").size() > 0;
  }

  private static void assertReduced(
      GoldenModel golden, EncodedView image, String key, String method, JsonNode official)
      throws IOException {
    try (ReducedView reduced =
        (ReducedView) TokenReducers.of(MethodSpec.parse(method)).reduce(image)) {
      assertThat(reduced.keptIndices().orElseThrow())
          .as("%s %s", key, method)
          .containsExactly(Goldens.ints(official.get("kept")));
      assertClose(
          golden.model.floats(reduced.features()),
          golden.tensor(key + "/" + method + "/features"),
          key + " " + method);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16"})
  void logitsAndGreedyIdsOfEveryCaseAlone(String name) throws IOException {
    try (GoldenModel golden = new GoldenModel(name, Precision.FP32)) {
      for (JsonNode one : golden.list("cases")) {
        for (String mode : GoldenModel.MODES) {
          JsonNode expected = one.get("modes").get(mode);
          if (comparable(golden, one, mode)) {
            try (ProjectedTokens visual = golden.project(one.get("input").asText(), mode)) {
              assertThat(visual.tokens()).isEqualTo(expected.get("visual_tokens").asInt());
              PromptGroup group = GoldenModel.group(List.of(one), visual, NEW_TOKENS);
              String key = one.get("name").asText() + "/" + mode;
              assertClose(
                  golden.model.logits(group), golden.tensor(key + "/logits"), key + " logits");
              assertGenerated(generate(golden, List.of(group)).get(0).get(0), expected, key);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16"})
  void mixedBatchesAnswerAsEachCaseAlone(String name) throws IOException {
    try (GoldenModel golden = new GoldenModel(name, Precision.FP32)) {
      List<ProjectedTokens> held = new ArrayList<>();
      List<PromptGroup> groups = new ArrayList<>();
      List<JsonNode> expected = new ArrayList<>();
      for (List<JsonNode> cases : byPrefix(golden).values()) {
        for (String mode : GoldenModel.MODES) {
          if (cases.stream().allMatch(one -> comparable(golden, one, mode))) {
            ProjectedTokens visual = golden.project(cases.get(0).get("input").asText(), mode);
            held.add(visual);
            groups.add(GoldenModel.group(cases, visual, NEW_TOKENS));
            cases.forEach(one -> expected.add(one.get("modes").get(mode)));
          }
        }
      }
      List<Generation> answers = generate(golden, groups).stream().flatMap(List::stream).toList();
      held.forEach(ProjectedTokens::close);
      assertThat(answers).hasSameSizeAs(expected).hasSizeGreaterThan(20);
      for (int i = 0; i < answers.size(); i++) {
        assertGenerated(answers.get(i), expected.get(i), "answer " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa", "bf16"})
  void textOnlyPromptsWithTheirSettings(String name) throws IOException {
    try (GoldenModel golden = new GoldenModel(name, Precision.FP32)) {
      assertThat(golden.list("texts")).isNotEmpty();
      for (JsonNode text : golden.list("texts")) {
        int[] ids = Goldens.ints(text.get("ids"));
        JsonNode settings = text.get("settings");
        int most =
            settings.has("max_new_tokens")
                ? settings.get("max_new_tokens").asInt()
                : golden.model.checkpoint().generation().newTokensAtMost(ids.length);
        int least = settings.path("min_new_tokens").asInt(0);
        PromptGroup group =
            new PromptGroup(
                new int[0], -1, null, List.of(ids), List.of(new GenerationLimits(most, least)));
        String key = text.get("name").asText();
        String prompt = key.replaceFirst("-.*", "");
        assertClose(golden.model.logits(group), golden.tensor(prompt + "/logits"), key);
        assertGenerated(generate(golden, List.of(group)).get(0).get(0), text, name + " " + key);
      }
    }
  }

  // Cases of one picture and template share everything before the question.
  private static Map<String, List<JsonNode>> byPrefix(GoldenModel golden) {
    Map<String, List<JsonNode>> groups = new LinkedHashMap<>();
    for (JsonNode one : golden.list("cases")) {
      groups
          .computeIfAbsent(
              one.get("input").asText() + one.get("template").asText(), key -> new ArrayList<>())
          .add(one);
    }
    return groups;
  }

  private static boolean comparable(GoldenModel golden, JsonNode one, String mode) {
    JsonNode official = golden.input(one.get("input").asText()).path(mode);
    return one.get("modes").has(mode)
        && (mode.equals("none")
            || (!official.has("error") && official.get("sharp").asBoolean() && kept(official)));
  }

  private static List<List<Generation>> generate(GoldenModel golden, List<PromptGroup> groups) {
    StopTokens stop = new StopTokens(golden.model.checkpoint().generation().eosTokenIds());
    return golden.decoding(stop).generate(groups);
  }

  private static void assertGenerated(Generation answer, JsonNode expected, String what) {
    int[] ids = Goldens.ints(expected.get("greedy"));
    int steps = GoldenModel.comparable(expected.get("margins"));
    assertThat(steps).as("%s comparable steps", what).isPositive();
    if (steps == ids.length) {
      assertThat(answer.ids()).as(what).containsExactly(ids);
      assertThat(answer.finish().name().toLowerCase(java.util.Locale.ROOT))
          .as(what)
          .isEqualTo(expected.get("finish").asText());
    } else {
      assertThat(Arrays.copyOf(answer.ids(), steps))
          .as(what)
          .containsExactly(Arrays.copyOf(ids, steps));
    }
  }

  private static float[] everyRow(ProjectedTokens tokens, int stride, GoldenModel golden) {
    float[] all = golden.model.floats(tokens.rows());
    int width = all.length / tokens.tokens();
    int rows = (tokens.tokens() + stride - 1) / stride;
    float[] some = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(all, row * stride * width, some, row * width, width);
    }
    return some;
  }

  public static void assertClose(float[] actual, float[] expected, String what) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("%s [%d]: %s against %s", what, i, actual[i], expected[i])
          .isLessThanOrEqualTo(1e-4f * (1 + Math.abs(expected[i])));
    }
  }
}
