package io.prumerge.reduction.tower;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.image.ViewSpan;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ImageReduction;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.RowOrder;
import io.prumerge.reduction.SlowKernels;
import io.prumerge.reduction.Tiles;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.question.SlowDeterminants;
import io.prumerge.reduction.run.ForwardedPatches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** OTPrune against its authors' functions, every determinant, worked examples and edges. */
class OtPruneTest {

  static Stream<JsonNode> cases() throws IOException {
    return Stream.concat(cases("attention-free"), cases("authors"));
  }

  private static Stream<JsonNode> cases(String file) throws IOException {
    JsonNode otprune = Goldens.json("image-methods/" + file + ".json").get("otprune");
    return StreamSupport.stream(otprune.get("cases").spliterator(), false);
  }

  private static TokenReducer reducer(String method) {
    return TokenReducers.of(MethodSpec.parse(method));
  }

  private static ArrayPatchTokens patches(float[]... rows) {
    return ArrayPatchTokens.seen(rows, new float[rows.length]);
  }

  private static float[][] random(int count, int width, long seed) {
    Random random = new Random(seed);
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static int[] kept(int tokens, ArrayPatchTokens patches) {
    return reducer("otprune:tokens=" + tokens)
        .reduce(patches)
        .keptIndices()
        .orElseGet(() -> IntStream.range(0, patches.count()).toArray());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isTheAuthors(JsonNode one) {
    int width = one.get("D").asInt();
    float[][] rows = new float[one.get("N").asInt()][width];
    for (int i = 0; i < rows.length * width; i++) {
      rows[i / width][i % width] = (float) one.get("x").get(i).asDouble();
    }
    int tokens = (int) Math.rint(one.get("ratio").asDouble() * rows.length);

    assertThat(kept(tokens, patches(rows)))
        .containsExactly(
            StreamSupport.stream(one.get("kept").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray());
  }

  /** Channels count alike, however large they are: patch 2 is all of the second. */
  @Test
  void channelsHaveEqualWeight() {
    ArrayPatchTokens patches =
        patches(new float[] {100, 0}, new float[] {100, 0}, new float[] {0, .01f});

    assertThat(kept(1, patches)).containsExactly(2);
    assertThat(kept(2, patches)).containsExactly(0, 2);
  }

  /** Of equal patches the lower ones; a channel of zeros is none, and all zeros are equal. */
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "3, 2"})
  void ofEqualPatchesTheLowerOnesAreKept(float first, float second) {
    float[][] same = new float[5][];
    Arrays.fill(same, new float[] {first, second, 0});

    for (int tokens = 1; tokens <= 5; tokens++) {
      assertThat(kept(tokens, patches(same))).containsExactly(IntStream.range(0, tokens).toArray());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3", "3, 2", "7, 5", "16, 40", "25, 8"})
  void keepsTheLargestDeterminants(int count, int width) {
    float[][] rows = random(count, width, 17L * count + width);
    float[] kernel = SlowKernels.transport(rows);
    for (int tokens = 1; tokens <= Math.min(count, 9); tokens++) {
      int[] slow = SlowDeterminants.picks((i, j) -> kernel[i * count + j], 0, count, tokens);
      assertThat(kept(tokens, patches(rows)))
          .containsExactly(IntStream.of(slow).sorted().toArray());
    }
  }

  /** What broken evidence could bring about: a kernel to which no patch adds. */
  @Test
  void whereNoPatchAddsTheLowerOnesFollow() {
    ArrayPatchTokens patches =
        patches(random(4, 2, 1))
            .with(
                new TowerEvidence.TransportKernel(),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                2,
                0,
                0,
                0,
                0,
                0);

    assertThat(kept(3, patches)).containsExactly(0, 1, 2);
    assertThat(kept(1, patches)).containsExactly(2);
  }

  @Test
  void framesOfAVideoAreReducedEachByItself() {
    List<ArrayPatchTokens> video =
        ArrayPatchTokens.video(
            IntStream.range(0, 3).mapToObj(view -> patches(random(9, 4, view))).toList());
    TokenReducer reducer = reducer("otprune:tokens=13");
    ImageReduction left = reducer.reduceImage(video);

    assertThat(left.order()).isEmpty();
    for (int frame = 0; frame < 3; frame++) {
      assertThat(left.views().get(frame).keptIndices())
          .hasValue(kept(frame == 0 ? 5 : 4, patches(random(9, 4, frame))));
      assertThat(reducer.needs(video.get(frame)))
          .containsExactly(new TowerEvidence.TransportKernel());
    }
  }

  /** A view of an image with tiles, whose lines end with a learned row. */
  private record Tile(ArrayPatchTokens image, int view, List<Tile> own, float[] kernel)
      implements ForwardedPatches {

    static final int[] SEQUENCE = {0, 1, 2, 3, 4, 5, Tiles.LEARNED, 6, 7, Tiles.LEARNED};

    @Override
    public List<Tile> views() {
      return own;
    }

    @Override
    public ViewSpan ownViews() {
      return new ViewSpan(0, own.size());
    }

    @Override
    public Optional<Tiles> tiles() {
      return Optional.of(new Tiles(2, SEQUENCE));
    }

    @Override
    public float[] of(TowerEvidence evidence) {
      return evidence instanceof TowerEvidence.SequenceKernel ? kernel : image.of(evidence);
    }
  }

  /** All rows of the sequence are chosen among, learned ones too; a key takes each view alone. */
  @Test
  void tilesAreTakenTogether() {
    float[][] rows = random(9, 3, 8);
    float[][] sequence = new float[10][];
    for (int place = 0; place < 10; place++) {
      int row = Tile.SEQUENCE[place];
      sequence[place] = rows[row == Tiles.LEARNED ? 8 : row];
    }
    Tile[] tiles = new Tile[2];
    List<Tile> views = Arrays.asList(tiles);
    for (int view = 0; view < 2; view++) {
      ArrayPatchTokens own = patches(Arrays.copyOfRange(rows, 4 * view, 4 * view + 4));
      tiles[view] = new Tile(own, view, views, SlowKernels.transport(sequence));
    }
    for (int tokens = 2; tokens <= 7; tokens++) {
      TokenReducer reducer = reducer("otprune:tokens=" + tokens);
      int[] places = kept(tokens, patches(sequence));
      ImageReduction left = reducer.reduceImage(views);
      List<Integer> fed = new ArrayList<>();
      for (int view = 0; view < 2; view++) {
        for (int patch : VideoKept.kept(left.views().get(view), 4)) {
          fed.add(4 * view + patch);
        }
      }
      RowOrder order = left.order().orElseThrow();
      assertThat(IntStream.of(order.rows()).map(row -> row == Tiles.LEARNED ? row : fed.get(row)))
          .containsExactly(
              IntStream.of(places)
                  .map(place -> Tile.SEQUENCE[place])
                  .boxed()
                  .toList()
                  .toArray(Integer[]::new));
      assertThat(views.stream().mapToInt(reducer::tokens).sum()).isEqualTo(tokens);
    }
    assertThat(reducer("otprune:tokens=4").needs(views.get(0)))
        .containsExactlyInAnyOrder(
            new TowerEvidence.Projected(), new TowerEvidence.SequenceKernel(10, true));
    assertThat(reducer("otprune:tokens=4").needs(views.get(1)))
        .containsExactly(new TowerEvidence.Projected());
    List<Reduction> each = reducer("otprune:tiles=each,tokens=4").reduceImage(views).views();
    for (int view = 0; view < 2; view++) {
      assertThat(each.get(view).keptIndices())
          .hasValue(kept(2, patches(Arrays.copyOfRange(rows, 4 * view, 4 * view + 4))));
    }
  }
}
