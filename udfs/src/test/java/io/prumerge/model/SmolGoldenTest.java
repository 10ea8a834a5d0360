package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.architecture.SingleViewLayout;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PlainDecoder;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Idefics3 and SmolVLM from pixels to answers against transformers. */
@Tag("model")
class SmolGoldenTest {

  private static final String GOLDEN = "smol/smol.safetensors";
  private static final String QUESTION = "Is there a dog in the image? 1234";

  /** In 2 x 3 tiles of 24 pixels, 2 x 2 tokens each. */
  private static final String TILED = "300x200";

  private static final int VIEWS = 7;
  private static final int EACH = 4;
  private static final int STEPS = 12;

  @TempDir private Path folder;

  @AfterAll
  static void closesEverything() {
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  /** Pictures split and whole, alone and several; each prompt alone, then all together. */
  @ParameterizedTest
  @CsvSource({"first, split", "first, whole", "second, split", "second, whole"})
  void answersAreTheReferences(String name, String form)
      throws IOException, ImageException, PromptException {
    JsonNode cases = Goldens.json("smol/smol.json").get("cases").get(name);
    List<String> keys = new ArrayList<>();
    cases
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (key.startsWith(form) && !key.endsWith("none")) {
                keys.add(key);
              }
            });
    assertThat(keys).hasSizeGreaterThan(3);
    try (Opened opened = new Opened(form.equals("whole") ? whole(name) : path(name))) {
      List<PromptGroup> groups = new ArrayList<>();
      List<int[]> expected = new ArrayList<>();
      for (String key : keys) {
        JsonNode golden = cases.get(key);
        PreparedImages input = opened.prepared(golden.get("pictures").asText());
        assertThat(input.views()).as(key).hasSize(golden.get("views").asInt());
        PromptGroup group = opened.group(input, golden.get("question").asText(), "none");
        assertIds(opened, golden, key);
        assertFeatures(opened, input.grids(), name + "/" + key + "/features");
        ModelGoldenTest.assertClose(
            opened.model.logits(group), floats(name + "/" + key + "/logits"), key);
        groups.add(group);
        expected.add(Goldens.ints(golden.get("greedy")));
        assertThat(opened.ids(List.of(group)).get(0)).as(key).containsExactly(last(expected));
      }
      assertThat(opened.ids(groups))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactlyElementsOf(expected);
    }
  }

  private static int[] last(List<int[]> all) {
    return all.get(all.size() - 1);
  }

  // The reference has an id for each visual token, we one for each view.
  static void assertIds(Opened opened, JsonNode golden, String key) throws IOException {
    int image = opened.checkpoint.config().imageTokenId();
    int each = opened.checkpoint.config().viewTokens();
    int[] ids =
        IntStream.of(opened.prompt.ids())
            .flatMap(id -> IntStream.generate(() -> id).limit(id == image ? each : 1))
            .toArray();
    assertThat(ids).as(key).containsExactly(Goldens.ints(golden.get("ids")));
  }

  // The tokens in the order of the prompt: each image's whole view last.
  private static void assertFeatures(Opened opened, ViewGrids grids, String key)
      throws IOException {
    assertThat(opened.rows.runs())
        .containsExactlyElementsOf(
            Collections.nCopies(grids.views(), opened.checkpoint.config().viewTokens()));
    ModelGoldenTest.assertClose(opened.model.floats(opened.rows.rows()), floats(key), key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"first", "second"})
  void aTextWithoutPicturesIsTheReferences(String name) throws IOException, PromptException {
    JsonNode golden = Goldens.json("smol/smol.json").get("cases").get(name).get("split/none");
    try (Opened opened = new Opened(path(name))) {
      EncodedPrompt prompt = opened.processor.prompts().textOnly(QUESTION);
      assertThat(prompt.ids()).containsExactly(Goldens.ints(golden.get("ids")));
      PromptGroup group =
          new PromptGroup(
              new int[0],
              -1,
              (ProjectedTokens) null,
              List.of(prompt.ids()),
              List.of(new GenerationLimits(STEPS, 0)));
      assertThat(opened.ids(List.of(group)).get(0))
          .containsExactly(Goldens.ints(golden.get("greedy")));
    }
  }

  /** What cuts see and leave is the slow decoder's, in which text between the views stays. */
  @ParameterizedTest
  @ValueSource(strings = {"fastv:layer=1,tokens=9", "fastv:layer=1,variant=rows", "vtw:layer=1"})
  void cutsInsideTheDecoderLeaveTheTextBetweenTheViews(String method)
      throws IOException, ImageException, PromptException {
    try (Opened opened = new Opened(path("first"))) {
      PromptGroup group = opened.group(opened.prepared(TILED), QUESTION, method);
      assertThat(group.visual().runs()).isEqualTo(Collections.nCopies(VIEWS, EACH));
      assertThat(group.cuts()).isNotEmpty();
      LayerCutTest.check(
          new PlainDecoder(opened.checkpoint),
          group,
          opened.model.floats(group.visual().rows()),
          opened.model.logits(group),
          opened.ids(List.of(group)).get(0),
          method);
    }
  }

  /** Each view is reduced as a picture of its own, and its tokens stand in its own run. */
  @ParameterizedTest
  @CsvSource({
    "'divprune:tokens=16', 'divprune:tokens=', 2 2 2 2 2 2 2",
    "'visionzip:attention=received,tokens=14', 'visionzip:attention=received,tokens=', 2 2 2 2 2 2 2",
    "'uniform:tokens=22', 'uniform:tokens=', 3 3 3 3 3 3 3",
    "'uniform:positions=kept,tokens=22', 'uniform:positions=kept,tokens=', 3 3 3 3 3 3 3"
  })
  void methodsBeforeTheDecoderChooseAmongVisualRowsOnly(String method, String ofOne, String left)
      throws IOException, ImageException, PromptException {
    int[] tokens = Stream.of(left.split(" ")).mapToInt(Integer::parseInt).toArray();
    try (Opened opened = new Opened(path("first"))) {
      PreparedImages input = opened.prepared(TILED);
      PromptGroup group = opened.group(input, QUESTION, method);
      List<Integer> runs = new ArrayList<>();
      List<Integer> kept = new ArrayList<>();
      List<float[]> rows = new ArrayList<>();
      List<Integer> positions = new ArrayList<>();
      int next = 0;
      int slot = 0;
      int[] slots = opened.prompt.imageSlots();
      for (int run = 0; run < VIEWS; run++) {
        int view = (run + 1) % VIEWS; // the whole picture is the first view, and the last run
        while (slot < slots[run]) {
          positions.add(next++);
          slot++;
        }
        slot++;
        int[] own = opened.alone(input.views().get(view), ofOne + tokens[view], rows);
        runs.add(own.length);
        for (int place = 0; place < own.length; place++) {
          kept.add(view * EACH + own[place]);
          positions.add(next + (method.contains("kept") ? own[place] : place));
        }
        next += method.contains("kept") ? EACH : own.length;
      }
      assertThat(group.visual().runs()).isEqualTo(runs);
      assertThat(opened.reduced.tokens()).isEqualTo(IntStream.of(tokens).sum());
      if (!method.startsWith("visionzip")) { // some of whose tokens are sums
        assertThat(opened.reduced.keptIndices().orElseThrow())
            .containsExactly(kept.stream().mapToInt(Integer::intValue).toArray());
        assertThat(group.prefixPositions())
            .containsExactly(positions.stream().mapToInt(Integer::intValue).toArray());
      }
      float[] visual = opened.model.floats(group.visual().rows());
      ModelGoldenTest.assertClose(visual, joined(rows), method);
      if (!method.contains("kept")) {
        LayerCutTest.check(
            new PlainDecoder(opened.checkpoint),
            group,
            visual,
            opened.model.logits(group),
            opened.ids(List.of(group)).get(0),
            method);
      }
    }
  }

  private static float[] joined(List<float[]> rows) {
    float[] all = new float[rows.stream().mapToInt(row -> row.length).sum()];
    int at = 0;
    for (float[] row : rows) {
      System.arraycopy(row, 0, all, at, row.length);
      at += row.length;
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"prumerge", "fastervlm:tokens=14", "visionzip:tokens=14"})
  void whatLooksAtAClassTokenIsRefused(String method) throws IOException, ImageException {
    try (Opened opened = new Opened(path("first"))) {
      PreparedImages input = opened.prepared(TILED);
      assertThatExceptionOfType(ReductionException.class)
          .isThrownBy(() -> opened.group(input, QUESTION, method))
          .withMessageContaining("class token");
    }
  }

  @Test
  void framesOfOtherFoldersAreRefused() throws IOException {
    Path copy = whole("first");
    Path file = copy.resolve("preprocessor_config.json");
    ObjectNode settings = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    settings.withObject("/max_image_size").put("longest_edge", 36);
    Files.writeString(file, settings.toString());
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> Checkpoint.open(copy))
        .withMessageContaining("tiles have 36 pixels a side but the vision tower's views 24");
    settings.put("do_resize", false);
    Files.writeString(file, settings.toString());
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> Checkpoint.open(copy))
        .withMessageContaining("preprocessor_config.json: do_resize is false");
  }

  private static Path path(String name) {
    return Goldens.path("smol/" + name);
  }

  /** The same checkpoint with pictures that are not split. */
  private Path whole(String name) throws IOException {
    try (Stream<Path> files = Files.list(path(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path file = folder.resolve("preprocessor_config.json");
    ObjectNode settings = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    Files.writeString(file, settings.put("do_image_splitting", false).toString());
    return folder;
  }

  private static float[] floats(String tensor) throws IOException {
    return Goldens.floats(GOLDEN, tensor);
  }

  /** A checkpoint, and what the last prompt about it was made of. */
  static final class Opened implements AutoCloseable {

    private final List<AutoCloseable> later = new ArrayList<>();
    final Checkpoint checkpoint;
    final LlavaModel model;
    final LlavaProcessor processor;
    EncodedPrompt prompt;
    private ReducedImages reduced;
    ProjectedTokens rows;

    Opened(Path folder) {
      checkpoint = Checkpoint.open(folder);
      model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
      processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "smolvlm");
    }

    PreparedImages prepared(String names) throws IOException, ImageException {
      return QwenGoldenTest.prepared(names, processor);
    }

    PromptGroup group(PreparedImages input, String question, String method) throws PromptException {
      TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
      EncodedImages encoded = model.encode(List.of(input), TowerDepth.of(List.of(reducer))).get(0);
      later.add(encoded);
      prompt = processor.prompts().withImages(question, input.grids().images());
      reduced = encoded.reduce(reducer);
      later.add(reduced);
      rows = model.project(reduced);
      later.add(rows);
      return QwenGoldenTest.group(
          prompt,
          new VisualRows(rows, reduced.positions()),
          LayerCut.of(
              reduced.applied(), reduced.tokens(), model.checkpoint().config().text().layers()),
          List.of(new GenerationLimits(STEPS, 0)));
    }

    /** Adds the rows of one view as a picture of its own; returns the patches that it keeps. */
    private int[] alone(PreparedView view, String method, List<float[]> all) {
      PreparedView own = new PreparedView(view.pixels(), view.sha256(), new int[0], view.smaller());
      TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
      try (EncodedImages encoded =
              new EncodedImages(
                  model.vision().encode(List.of(own), TowerDepth.of(List.of(reducer))),
                  ViewGrids.of(ViewGrid.ONE_VIEW),
                  new SingleViewLayout(EACH));
          ReducedImages tokens = encoded.reduce(reducer);
          ProjectedTokens projected = model.project(tokens)) {
        all.add(model.floats(projected.rows()));
        int[] whole = IntStream.range(0, projected.tokens()).toArray();
        return Arrays.copyOf(tokens.keptIndices().orElse(whole), projected.tokens());
      }
    }

    List<int[]> ids(List<PromptGroup> groups) {
      return QwenGoldenTest.ids(model, checkpoint, groups);
    }

    @Override
    public void close() {
      for (AutoCloseable one : later) {
        QwenGoldenTest.close(one);
      }
      processor.close();
      model.close();
    }
  }
}
