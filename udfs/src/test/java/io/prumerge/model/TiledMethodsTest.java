package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.architecture.SingleViewLayout;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.NarrowClip;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.ImageWork;
import io.prumerge.cost.ReductionWork;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessor;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.script.ScriptText;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Methods and budgets over LLaVA-NeXT's views: the picture whole and in 2 x 2 tiles of 4 x 4
 * patches, 2 layers of the decoder. Each view is also reduced as an image of its own.
 */
@Tag("model")
class TiledMethodsTest {

  private static final int SIDE = 4;
  private static final int PATCHES = SIDE * SIDE;
  private static final int VIEWS = 5;
  private static final int WHOLE = VIEWS * PATCHES + 8; // with learned rows
  private static final String QUESTION = "Is there a dog in the image?";

  @TempDir private static Path folder;
  private static String clip;
  private static LlavaModel model;
  private static LlavaProcessor processor;
  private static CostModel cost;
  private static RgbImage picture;

  @BeforeAll
  static void load() throws IOException, ImageException {
    clip = NarrowClip.write(folder.resolve("clip"), 16).toString();
    ScriptText.fasterVlm("views.pt");
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("families/next"));
    model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
    processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "llava_v1");
    cost = CostModel.of(checkpoint.config());
    byte[] bytes = Files.readAllBytes(Goldens.path("images/square-96.png"));
    picture = ImageDecoder.decode(bytes, ImageLimits.DEFAULT);
  }

  @AfterAll
  static void unload() {
    processor.close();
    model.close();
    assertThat(OpenValues.atRest()).isZero();
  }

  private static TokenReducer reducer(String method) {
    return TokenReducers.of(MethodSpec.parseKnown(method.replace("CLIP", clip)));
  }

  private static PreparedImages views() {
    ImageProcessor whole = processor.images().alone();
    return PreparedImages.of(
        whole.views(picture),
        whole.grid(picture.width(), picture.height()),
        Sha256.of(new byte[0]),
        view -> side -> whole.ofSize(side * 7).map(small -> small.views(picture).get(view)));
  }

  private static EncodedImages encode(TokenReducer... reducers) {
    return model.encode(List.of(views()), TowerDepth.of(List.of(reducers))).get(0);
  }

  /** One of the views, as an image that is seen whole only. */
  private static EncodedImages alone(int view, TokenReducer reducer) {
    PreparedView input = views().views().get(view);
    PreparedView own =
        new PreparedView(input.pixels(), input.sha256(), new int[0], input.smaller());
    return new EncodedImages(
        model.vision().encode(List.of(own), TowerDepth.of(List.of(reducer))),
        ViewGrids.of(ViewGrid.ONE_VIEW),
        new SingleViewLayout(PATCHES));
  }

  private static ReducedImages reduced(EncodedImages image, TokenReducer reducer) {
    try (QuestionReader reader = model.reader(processor.tokenizer(), processor.prompts())) {
      return reducer.perQuestion()
          ? image.reduce(reducer, QUESTION, reader)
          : image.reduce(reducer);
    }
  }

  private static float[] rows(ReducedImages tokens) {
    try (ProjectedTokens projected = model.project(tokens)) {
      return model.floats(projected.rows());
    }
  }

  /** A token with its place: of the whole image, or line and column of the grid of tiles. */
  private record Placed(int line, int column, float[] row) {}

  @ParameterizedTest
  @CsvSource({
    "'mmtok:tokens=23', 'mmtok:tokens=4', true",
    "'script:views.pt,tokens=20', 'script:views.pt,tokens=4', true",
    "'trim:clip=CLIP,tokens=20', 'trim:clip=CLIP,tokens=4', false", // a mean is no patch
    "'downsample:tokens=24', 'downsample:tokens=4', false",
    "'downsample:tokens=47', 'downsample:tokens=9', false",
    "'vscan:layer=1,tokens=20', 'vscan:after=2,before=6,layer=1', true",
  })
  void eachViewIsReducedAsAnImageOfItsOwn(String method, String ofOne, boolean raster) {
    List<Placed> expected = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    int width = 0;
    int first = 0;
    for (int view = 0; view < VIEWS; view++) {
      TokenReducer reducer = reducer(ofOne);
      try (EncodedImages one = alone(view, reducer);
          ReducedImages tokens = reduced(one, reducer)) {
        float[] rows = rows(tokens);
        width = rows.length / tokens.tokens();
        int[] own = tokens.keptIndices().orElseThrow();
        first = view == 0 ? tokens.tokens() : first;
        for (int token = 0; token < tokens.tokens(); token++) {
          float[] row = new float[width];
          System.arraycopy(rows, token * width, row, 0, width);
          int tile = view - 1;
          boolean placed = raster && view > 0;
          expected.add(
              new Placed(
                  placed ? tile / 2 * SIDE + own[token] / SIDE : view,
                  placed ? tile % 2 * SIDE + own[token] % SIDE : token,
                  row));
        }
        for (int patch : own) {
          kept.add(view * PATCHES + patch);
        }
      }
    }
    if (raster) {
      // The whole image stays in front: its tokens are those of the first view.
      List<Placed> tiles = expected.subList(first, expected.size());
      for (int i = 0; i < tiles.size(); i++) {
        for (int j = i + 1; j < tiles.size(); j++) {
          Placed one = tiles.get(i);
          Placed other = tiles.get(j);
          if (other.line() * 100 + other.column() < one.line() * 100 + one.column()) {
            tiles.set(i, other);
            tiles.set(j, one);
          }
        }
      }
    }
    TokenReducer reducer = reducer(method);
    try (EncodedImages image = encode(reducer);
        ReducedImages tokens = reduced(image, reducer)) {
      assertThat(tokens.tokens()).isEqualTo(expected.size());
      assertThat(IntStream.of(tokens.keptIndices().orElseThrow()).boxed().toList())
          .containsExactlyInAnyOrderElementsOf(kept);
      float[] rows = rows(tokens);
      for (int token = 0; token < expected.size(); token++) {
        for (int i = 0; i < width; i++) {
          assertThat(rows[token * width + i])
              .as("token %d", token)
              .isCloseTo(expected.get(token).row()[i], within(1e-5f));
        }
      }
    }
  }

  /** CLIP reads a question once for all views. */
  @Test
  void theFirstViewPaysForTheText() {
    TokenReducer trim = reducer("trim:clip=CLIP,ratio=0.25");
    long text;
    try (EncodedImages one = alone(0, trim);
        ReducedImages tokens = reduced(one, trim)) {
      text = tokens.work().views().get(0).textFlops();
    }
    try (EncodedImages image = encode(trim);
        ReducedImages tokens = reduced(image, trim)) {
      List<ReductionWork> works = tokens.work().views();
      assertThat(works.get(0).textFlops()).isEqualTo(text);
      long patches = works.get(1).textFlops();
      assertThat(patches).isPositive().isLessThan(text);
      assertThat(works.subList(1, VIEWS)).allMatch(work -> work.textFlops() == patches);
      assertThat(image.textFlops().values().stream().mapToLong(Long::longValue).sum())
          .isEqualTo(text + 4 * patches);
    }
  }

  /** What a question alone spends up to its first token, with 40 tokens of text. */
  private static double flops(ImageWork work, List<LayerCut> cuts) {
    return cost.question(work, cuts, 40, 40, 1).total();
  }

  /** The work of {@code first} with so many tokens, by hand. */
  private static ImageWork first(int tokens) {
    int own = tokens / VIEWS;
    List<ReductionWork> views = new ArrayList<>();
    for (int view = 0; view < VIEWS; view++) {
      views.add(new ReductionWork(false, own, 0, false));
    }
    return new ImageWork(views, own == PATCHES ? WHOLE : own * VIEWS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"prumerge", "hired:tokens=33", "fastv:layer=1,tokens=10", "mmtok:tokens=21"})
  void spendsWhatAnotherMethodSpendsOnAllViews(String other) {
    TokenReducer one = reducer(other);
    double target;
    try (EncodedImages image = encode(one);
        ReducedImages tokens = reduced(image, one)) {
      target = flops(tokens.work(), LayerCut.of(one, tokens.tokens(), 2));
    }
    int nearest = VIEWS;
    for (int tokens = VIEWS; tokens < VIEWS * PATCHES; tokens += VIEWS) {
      double distance = Math.abs(flops(first(tokens), List.of()) - target);
      nearest = distance < Math.abs(flops(first(nearest), List.of()) - target) ? tokens : nearest;
    }
    TokenReducer sized = reducer("first:flops=@" + other);
    try (EncodedImages image = encode(sized);
        ReducedImages tokens = reduced(image, sized)) {
      assertThat(tokens.applied().spec()).hasToString("first:tokens=" + nearest);
      assertThat(tokens.tokens()).isEqualTo(nearest);
    }
  }

  @Test
  void cutsInTheDecoderAreSizedOverTheWholeSequence() {
    TokenReducer mean = reducer("fastv:layer=1,tokens=@mean:60");
    TokenReducer spent = reducer("fastv:layer=1,flops=@first:tokens=60");
    TokenReducer many = reducer("fastv:layer=1,tokens=@mean:30");
    double target = flops(first(60), List.of());
    int nearest = 1;
    ImageWork whole;
    try (EncodedImages image = encode(mean);
        ReducedImages tokens = image.reduce(mean)) {
      assertThat(tokens.tokens()).isEqualTo(WHOLE);
      assertThat(tokens.applied().spec()).hasToString("fastv:layer=1,tokens=" + (120 - WHOLE));
      whole = tokens.work();
      assertThatExceptionOfType(ReductionException.class)
          .isThrownBy(() -> image.reduce(many))
          .withMessageContaining("can have from 44.5 to");
    }
    for (int tokens = 1; tokens < VIEWS * PATCHES; tokens++) {
      double own = flops(whole, reducer("fastv:layer=1,tokens=" + tokens).cuts(WHOLE, 2));
      double best = flops(whole, reducer("fastv:layer=1,tokens=" + nearest).cuts(WHOLE, 2));
      nearest = Math.abs(own - target) < Math.abs(best - target) ? tokens : nearest;
    }
    try (EncodedImages image = encode(spent);
        ReducedImages tokens = image.reduce(spent)) {
      assertThat(tokens.applied().spec()).hasToString("fastv:layer=1,tokens=" + nearest);
    }
  }

  /** ToMe halves a view's patches in a layer at most, so that it cannot have the first settings. */
  @Test
  void aBudgetSizesWhatActsInTheTowerOnceForAllViews() {
    TokenReducer tome = reducer("tome:flops=@first:tokens=50");
    try (EncodedImages image = encode(tome);
        ReducedImages tokens = image.reduce(tome)) {
      double target = flops(first(50), List.of());
      double own = flops(tokens.work(), List.of());
      double all = flops(first(VIEWS * PATCHES - 1), List.of());
      assertThat(Math.abs(own - target)).isLessThan(all - target);
      assertThat(tokens.applied().spec().toString()).startsWith("tome:tokens=");
      assertThat(tokens.tokens()).isBetween(20, 79);
    }
  }

  @Test
  void smallerViewsTakeTheirNumberFromAnotherMethod() {
    TokenReducer sized = reducer("downsample:tokens=@prumerge");
    TokenReducer prumerge = reducer("prumerge");
    try (EncodedImages image = encode(sized, prumerge);
        ReducedImages tokens = image.reduce(sized);
        ReducedImages other = image.reduce(prumerge)) {
      int side = (int) Math.sqrt(other.tokens() / VIEWS);
      assertThat(tokens.applied().spec()).hasToString("downsample:tokens=" + other.tokens());
      assertThat(tokens.tokens()).isEqualTo(VIEWS * side * side);
      assertThat(tokens.work().views())
          .allMatch(view -> view.smallImage().getAsInt() == side * side);
    }
  }
}
