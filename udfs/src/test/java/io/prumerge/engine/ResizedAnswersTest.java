package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.OpenValues;
import io.prumerge.model.ReducedImages;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LoadSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code resize}: a smaller picture with its own pixels, tower and positions. */
@Tag("model")
class ResizedAnswersTest {

  /** 8 x 8 blocks of 8 pixels, or 5 x 5 of 12 after its bounds. */
  private static final String PICTURE = "square-96.png";

  private static final List<Question> QUESTIONS =
      List.of(new Question("Is it a dog?", 4), new Question("Where?", 4));

  @TempDir Path folder;

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static EngineConfig config(String folder, ImageBounds bounds) {
    return config(Goldens.path(folder), bounds);
  }

  private static EngineConfig config(Path folder, ImageBounds bounds) {
    return new EngineConfig(
        folder.toString(),
        -1,
        LoadSettings.DEFAULT
            .with(LoadSettings.DEVICE, DeviceChoice.CPU)
            .with(LoadSettings.DTYPE, DtypeChoice.FP32)
            .within(bounds));
  }

  private static byte[] picture(String name) throws IOException {
    return Files.readAllBytes(Goldens.path("images/" + name));
  }

  private static List<MethodSpec> specs(String... methods) {
    return Stream.of(methods).map(MethodSpec::parseKnown).toList();
  }

  private static List<Answer> answers(EngineConfig model, List<byte[]> images, String... methods) {
    try (ModelLease lease = LlavaEngine.acquire(model)) {
      return lease.answer(
          new ImageRequest(
              Visual.pictures(images), QUESTIONS, TokenReducers.of(specs(methods)), ReduceBy.EACH));
    }
  }

  private static List<Answer> answers(EngineConfig model, String name, String... methods)
      throws IOException {
    return answers(model, List.of(picture(name)), methods);
  }

  /** What the run's own bounds make of a picture is what the method makes of it, but for before. */
  private static void assertSame(Answer resized, Answer bounded) {
    assertThat(resized.error()).isNull();
    assertThat(resized.text()).isEqualTo(bounded.text());
    assertThat(resized.tokens().grid()).isEqualTo(bounded.tokens().grid());
    assertThat(resized.tokens().visualAfter()).isEqualTo(bounded.tokens().visualAfter());
    assertThat(resized.tokens().visualLayerMean()).isEqualTo(bounded.tokens().visualLayerMean());
    assertThat(resized.tokens().text()).isEqualTo(bounded.tokens().text());
    assertThat(resized.tokens().generated()).isEqualTo(bounded.tokens().generated());
    assertThat(resized.work().cost()).isEqualTo(bounded.work().cost());
    assertThat(resized.work().kvCacheBytes()).isEqualTo(bounded.work().kvCacheBytes());
  }

  @ParameterizedTest
  @CsvSource({
    "qwen/qwen2_5_vl/tied, 64, 20, 256, 1280, 16",
    "qwen/qwen2_5_vl/tied, 64, 4, 256, 256, 4",
    "qwen/qwen2_5_vl/tied, 64, 50%, 256, 2048, 25",
    "qwen/qwen2_5_vl/tied, 64, 3.1%, 128, 128, 1", // 1.98 becomes 2
    "qwen/qwen2_vl/tied, 64, 20, 256, 1280, 16",
    "qwen/qwen2_5_vl/untied, 49, 25, 576, 3600, 25",
    "qwen3/tied, 64, 20, 256, 1280, 16",
    "qwen3/untied, 49, 37, 576, 5328, 36",
  })
  void answersAsARunWithThoseBounds(
      String model, int before, String tokens, int least, int most, int after) throws IOException {
    ImageBounds bounds = new ImageBounds(least, 0, 0);
    List<Answer> resized =
        answers(config(model, bounds), PICTURE, "resize:tokens=" + tokens, "none");
    List<Answer> bounded = answers(config(model, new ImageBounds(least, most, 0)), PICTURE, "none");
    for (int q = 0; q < QUESTIONS.size(); q++) {
      assertSame(resized.get(2 * q), bounded.get(q));
      assertThat(resized.get(2 * q).question()).isEqualTo(q);
      assertThat(resized.get(2 * q).method()).isEqualTo("resize:tokens=" + tokens);
      assertThat(resized.get(2 * q).tokens().visualBefore()).isEqualTo(before);
      assertThat(resized.get(2 * q).tokens().visualAfter()).isEqualTo(after);
      assertThat(resized.get(2 * q).tokens().keptIndices()).isEmpty();
      assertThat(resized.get(2 * q + 1).tokens().visualAfter()).isEqualTo(before);
    }
  }

  /** The views of a picture that its grid is for: those of a checkpoint whose files say as many. */
  @ParameterizedTest
  @CsvSource({
    "intern/small, wide.png, 3",
    "intern/small, square-96.png, 1",
    "families/next, square-96.png, 2",
    "onevision/tied, square-96.png, 1",
    "onevision/tied, jpeg-rotated.jpg, 4",
  })
  void answersAsAModelOfFewerTiles(String model, String name, int tiles) throws IOException {
    String method = "resize:tiles=" + tiles;
    List<Answer> resized = answers(config(model, ImageBounds.NONE), name, method, "none");
    List<Answer> bounded = answers(ofFewerTiles(model, tiles), name, "none");
    for (int q = 0; q < QUESTIONS.size(); q++) {
      assertSame(resized.get(2 * q), bounded.get(q));
      assertThat(resized.get(2 * q).method()).isEqualTo(method);
      assertThat(resized.get(2 * q).tokens().keptIndices()).isEmpty();
      int all = resized.get(2 * q + 1).tokens().visualAfter();
      assertThat(resized.get(2 * q).tokens().visualBefore()).isEqualTo(all);
      assertThat(resized.get(2 * q).tokens().visualAfter()).isLessThan(all);
    }
  }

  /** Of any model, the copy is what its own processor is given. */
  @ParameterizedTest
  @CsvSource({
    "checkpoints/mha, square-96.png, pixels=1000, 31, 31",
    "qwen/qwen2_5_vl/tied, square-96.png, pixels=2500, 50, 50",
    "qwen3/tied, square-96.png, longest=30, 30, 30",
    "intern/small, square-96.png, longest=60, 60, 60",
    "families/next, wide.png, pixels=3000, 387, 7",
    "onevision/tied, jpeg-rotated.jpg, longest=40, 40, 27",
  })
  void answersAsToASmallerFile(String model, String name, String limit, int width, int height)
      throws Exception {
    RgbImage picture = ImageDecoder.decode(picture(name), ImageLimits.DEFAULT);
    String[] parts = limit.split("=");
    int number = Integer.parseInt(parts[1]);
    RgbImage copy =
        (parts[0].equals("pixels")
                ? new PictureLimit.Pixels(number)
                : new PictureLimit.LongestEdge(number))
            .shrunk(picture);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(copy.buffered(), "png", file);

    EngineConfig config = config(model, ImageBounds.NONE);
    List<Answer> resized = answers(config, name, "resize:" + limit, "none");
    List<Answer> smaller = answers(config, List.of(file.toByteArray()), "none");
    assertThat(new int[] {copy.width(), copy.height()}).containsExactly(width, height);
    for (int q = 0; q < QUESTIONS.size(); q++) {
      assertSame(resized.get(2 * q), smaller.get(q));
      assertThat(resized.get(2 * q).tokens().visualBefore())
          .isEqualTo(resized.get(2 * q + 1).tokens().visualBefore());
    }
  }

  private EngineConfig ofFewerTiles(String model, int tiles) throws IOException {
    Path copy = folder.resolve(model);
    Files.createDirectories(copy);
    try (Stream<Path> files = Files.list(Goldens.path(model))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    String name = model.startsWith("intern") ? "preprocessor_config.json" : "config.json";
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = (ObjectNode) json.readTree(copy.resolve(name).toFile());
    if (model.startsWith("intern")) {
      root.put("max_patches", tiles);
    } else {
      JsonNode grids = root.get("image_grid_pinpoints");
      int side = root.get("vision_config").get("image_size").asInt();
      ArrayNode fewer = root.putArray("image_grid_pinpoints");
      for (JsonNode grid : grids) {
        if (grid.get(0).asInt() / side * (grid.get(1).asInt() / side) <= tiles) {
          fewer.add(grid);
        }
      }
    }
    json.writeValue(copy.resolve(name).toFile(), root);
    return config(copy, ImageBounds.NONE);
  }

  @Test
  void methodsThatSeeOtherPicturesAnswerAsEachAlone() throws IOException {
    EngineConfig model = config("qwen/qwen2_5_vl/tied", ImageBounds.NONE);
    String[] methods = {
      "resize:tokens=20", "none", "resize:tokens=50%", "divprune:tokens=16", "resize:tokens=9"
    };
    List<Answer> together = answers(model, PICTURE, methods);
    for (int m = 0; m < methods.length; m++) {
      List<Answer> alone = answers(model, PICTURE, methods[m]);
      for (int q = 0; q < QUESTIONS.size(); q++) {
        Answer one = together.get(q * methods.length + m);
        assertThat(one.question()).isEqualTo(q);
        assertThat(one.method()).isEqualTo(methods[m]);
        assertThat(one.text()).isEqualTo(alone.get(q).text());
        assertThat(one.work().cost()).isEqualTo(alone.get(q).work().cost());
        assertThat(one.tokens().visualAfter()).isEqualTo(alone.get(q).tokens().visualAfter());
      }
    }
  }

  /** Each has its own run of the tower: nobody else pays for it. */
  @Test
  void theTowerOfAPictureIsSharedByThoseWhoSeeIt() throws IOException {
    EngineConfig model = config("qwen/qwen2_5_vl/tied", ImageBounds.NONE);
    List<Answer> answers = answers(model, PICTURE, "none", "resize:tokens=20", "first:tokens=16");
    long own = answers.get(1).work().cost().vision();
    long shared = answers.get(0).work().cost().vision();
    assertThat(own).isLessThan(shared);
    assertThat(answers.get(2).work().cost().vision()).isEqualTo(shared);
    long ofResized = answers.get(1).work().flopsExecuted() + answers.get(4).work().flopsExecuted();
    assertThat(ofResized).isGreaterThan(own).isLessThan(shared);
  }

  /** 16 of 64: what another method gets at the same cost, by tokens and by FLOPs. */
  @ParameterizedTest
  @CsvSource({
    "random:tokens=@resize:tokens=20, random:tokens=16",
    "divprune:tokens=@resize:tokens=50%, divprune:tokens=25",
    "first:tokens=@resize:tokens=999, first:tokens=64",
  })
  void othersLeaveAsManyTokens(String method, String sized) throws IOException {
    EngineConfig model = config("qwen/qwen2_5_vl/tied", ImageBounds.NONE);
    for (Answer answer : answers(model, PICTURE, method)) {
      assertThat(answer.error()).isNull();
      assertThat(answer.methodSized()).isEqualTo(sized);
    }
  }

  @Test
  void othersAreSizedByAPictureOfFewerTiles() throws IOException {
    EngineConfig model = config("intern/small", ImageBounds.NONE);
    List<Answer> answers =
        answers(
            model,
            "wide.png",
            "resize:tiles=3",
            "first:tokens=@resize:tiles=3",
            "fastv:layer=1,flops=@resize:tiles=4");
    int left = answers.get(0).tokens().visualAfter();
    assertThat(answers.get(1).methodSized()).isEqualTo("first:tokens=" + left);
    // The others' tower alone, over all tiles, costs more.
    assertThat(answers.get(2).error()).startsWith("reduction_failed: Cannot spend the ");
  }

  @ParameterizedTest
  @CsvSource({
    "qwen/qwen2_5_vl/tied, resize:tokens=3, 'give 4 tokens or more, or fewer min_pixels'",
    "qwen/qwen2_5_vl/tied, resize:tiles=2, 'give tokens=N or tokens=P%'",
    "qwen/qwen2_5_vl/tied, random:tokens=@resize:tokens=3, 'give 4 tokens or more'",
    "intern/small, resize:tokens=64, give tiles=N",
    "families/next, resize:tiles=1, the model's least grid has 2; give 2 tiles or more",
    "smol/first, resize:tiles=2, size.longest_edge",
    "checkpoints/mha, resize:tokens=9, before a model that sees all at one resolution",
    "queries/blip2, resize:tokens=9, before a model that sees all at one resolution",
    "checkpoints/mha, random:tokens=@resize:tokens=9, sees all at one resolution",
  })
  void whatNoPictureHasIsAnErrorOfItsRows(String model, String method, String why)
      throws IOException {
    List<Answer> answers = answers(config(model, ImageBounds.NONE), PICTURE, method, "none");
    for (int q = 0; q < QUESTIONS.size(); q++) {
      assertThat(answers.get(2 * q).error()).startsWith("reduction_failed: Cannot ").contains(why);
      assertThat(answers.get(2 * q).method()).isEqualTo(method);
      assertThat(answers.get(2 * q + 1).error()).isNull();
    }
  }

  @Test
  void squaresAreNotMadeSmaller() throws IOException {
    EngineConfig model = config("qwen/qwen2_5_vl/tied", new ImageBounds(0, 0, 64));
    assertThat(answers(model, PICTURE, "resize:tokens=9").get(0).error())
        .isEqualTo(
            "reduction_failed: Cannot make a picture smaller before the tower: all become squares"
                + " of 64 tokens; leave square out");
  }

  /** Each picture is within the limit by itself. */
  @ParameterizedTest
  @CsvSource({"20, 16+4, 20", "4, 4+4, 8", "50%, 25+4, 29"})
  void severalPicturesAreEachMadeSmaller(String limit, String grids, int after) throws IOException {
    EngineConfig model = config("qwen/qwen2_5_vl/tied", ImageBounds.NONE);
    List<byte[]> pictures = List.of(picture(PICTURE), picture("one.png"));
    for (Answer answer : answers(model, pictures, "resize:tokens=" + limit)) {
      if (limit.equals("50%")) { // 2 of the second one's 4
        assertThat(answer.error()).contains("smaller to 2 tokens");
        continue;
      }
      assertThat(answer.error()).isNull();
      assertThat(answer.tokens().visualBefore()).isEqualTo(68);
      assertThat(answer.tokens().visualAfter()).isEqualTo(after);
      String side = grids.startsWith("16") ? "4x4" : "2x2";
      assertThat(answer.tokens().grid()).isEqualTo(side + "+2x2");
    }
  }

  @Test
  void severalPicturesThatAreSeenWholeAreNotMadeSmaller() throws IOException {
    EngineConfig model = config("onevision/tied", ImageBounds.NONE);
    List<byte[]> pictures = List.of(picture(PICTURE), picture("one.png"));
    for (Answer answer :
        answers(model, pictures, "resize:tiles=1", "first:tokens=@resize:tiles=1")) {
      assertThat(answer.error()).contains("sees all at one resolution");
    }
  }

  @Test
  void textAloneAndPicturesThatAreNoneAreAsUnderAnyMethod() throws IOException {
    EngineConfig model = config("qwen/qwen2_5_vl/tied", ImageBounds.NONE);
    List<Answer> text = answers(model, List.of(), "none", "resize:tokens=3");
    assertThat(text.get(1).error()).isNull();
    assertThat(text.get(1).text()).isEqualTo(text.get(0).text());
    assertThat(text.get(1).tokens().visualBefore()).isZero();
    for (Answer answer : answers(model, List.of(new byte[0]), "none", "resize:tokens=9")) {
      assertThat(answer.error()).startsWith("image_missing: ");
    }
  }

  @Test
  void cancellingEndsAllParts() throws Exception {
    try (ModelLease lease = LlavaEngine.acquire(config("qwen/qwen2_5_vl/tied", ImageBounds.NONE))) {
      ImageRequest request =
          new ImageRequest(
              picture(PICTURE), QUESTIONS, specs("none", "resize:tokens=9", "resize:tokens=20"));
      CompletableFuture<List<Answer>> answers = lease.submit(request, Duration.ofMinutes(1));
      while (!answers.cancel(true)) { // it was answered before
        answers = lease.submit(request, Duration.ofMinutes(1));
      }
      while (LlavaEngine.openRequests() > 0) {
        Thread.sleep(1);
      }
      assertThat(answers).isCancelled();
      assertThat(lease.answer(request)).hasSize(6);
    }
  }

  @Test
  void explanationsShowAllTokensOfTheSmallerPicture() throws IOException, ImageException {
    try (ModelLease lease = LlavaEngine.acquire(config("qwen/qwen2_5_vl/tied", ImageBounds.NONE))) {
      Explanation one =
          lease.explain(
              picture(PICTURE), Optional.empty(), specs("resize:tokens=20", "first:tokens=9"));
      assertThat(one.tokens()).isEqualTo(64);
      assertThat(one.choices().get(0).kept()).contains(List.of());
      assertThat(one.choices().get(0).allTokens()).isEqualTo(16);
      assertThat(one.choices().get(0).work().grids()).containsExactly(new PatchGrid(4, 4));
      assertThat(one.choices().get(1).allTokens()).isEqualTo(9);
    }
    try (ModelLease lease = LlavaEngine.acquire(config("intern/small", ImageBounds.NONE))) {
      assertThatExceptionOfType(ReductionException.class)
          .isThrownBy(
              () -> lease.explain(picture("wide.png"), Optional.empty(), specs("resize:tiles=3")))
          .withMessageContaining("views of its own; leave it out, and evaluate it");
    }
  }

  /** What the tower made of one size of a picture is never taken for that of another. */
  @Test
  void refusesThePictureOfAnotherSize() throws IOException, ImageException {
    TokenReducer resize = TokenReducers.of(specs("resize:tokens=20")).get(0);
    TokenReducer larger = TokenReducers.of(specs("resize:tokens=40")).get(0);
    try (ModelLease lease = LlavaEngine.acquire(config("qwen/qwen2_5_vl/tied", ImageBounds.NONE))) {
      try (EncodedImages whole = lease.encode(picture(PICTURE), TokenReducers.of(specs("none")))) {
        assertThatIllegalStateException()
            .isThrownBy(() -> whole.reduce(resize))
            .withMessageStartingWith("Cannot take the 64 tokens of pictures that were not made");
      }
      try (EncodedImages smaller = lease.encode(picture(PICTURE), List.of(resize))) {
        try (ReducedImages tokens = smaller.reduce(resize)) {
          assertThat(tokens.tokens()).isEqualTo(16);
        }
        assertThatIllegalStateException().isThrownBy(() -> smaller.reduce(larger));
      }
    }
  }
}
