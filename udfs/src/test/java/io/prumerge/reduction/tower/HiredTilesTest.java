package io.prumerge.reduction.tower;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.image.PatchGrid;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** HiRED over the tiles of an image, against the authors' own code; see notebooks/goldens. */
class HiredTilesTest {

  @Test
  void sharesTokensOutAsTheAuthorsDo() throws IOException {
    int compared = 0;
    for (JsonNode one : Goldens.json("families/hired.json")) {
      String spec =
          String.format(
              Locale.ROOT,
              "hired:alpha=%s,tokens=%d",
              one.get("alpha").asText(),
              one.get("tokens").asInt());
      TokenReducer hired = TokenReducers.of(MethodSpec.parse(spec));
      List<Tile> views = new ArrayList<>();
      for (int view = 0; view < one.get("last").size(); view++) {
        views.add(
            new Tile(
                Goldens.floats(one.get("first")),
                Goldens.floats(one.get("last").get(view)),
                view,
                views));
      }
      for (Tile view : views) {
        int[] expected = Goldens.ints(one.get("kept").get(view.view()));
        try (Reduction reduction = hired.reduce(view)) {
          assertThat(reduction.keptIndices().orElseThrow()).containsExactly(expected);
          assertThat(hired.tokens(view)).isEqualTo(expected.length);
        }
        compared++;
      }
    }
    assertThat(compared).isEqualTo(5 + 3 + 4 + 5 + 4);
  }

  /** One view with nothing but attention, by layer. */
  private record Tile(float[] first, float[] last, int view, List<Tile> views)
      implements PatchTokens {

    @Override
    public int count() {
      return last.length;
    }

    @Override
    public PatchGrid grid() {
      return PatchGrid.square((int) Math.round(Math.sqrt(last.length)));
    }

    @Override
    public float[] of(TowerEvidence evidence) {
      return evidence.equals(new TowerEvidence.ClassAttention(new TowerLayer.Numbered(1)))
          ? first
          : last;
    }

    @Override
    public byte[] imageSha256() {
      return new byte[32];
    }

    @Override
    public Reduction all() {
      return new Kept(IntStream.range(0, count()).toArray());
    }

    @Override
    public Reduction gather(Stage stage, int[] kept) {
      return new Kept(kept);
    }

    @Override
    public Reduction blend(Stage stage, List<Blend> tokens) {
      throw new AssertionError("nothing is merged");
    }

    @Override
    public Reduction inTower(InTower method, int tokens) {
      throw new AssertionError("nothing is left inside the tower");
    }

    @Override
    public Reduction merge(int[] kept, int neighbours, boolean summary) {
      throw new AssertionError("nothing is merged");
    }

    @Override
    public ScriptChoice choose(ScriptCall call) {
      throw new AssertionError("no script chooses");
    }

    @Override
    public Reduction downsampled(int side) {
      throw new AssertionError("nothing is made smaller");
    }
  }

  private record Kept(int[] kept) implements Reduction {

    @Override
    public Optional<int[]> keptIndices() {
      return Optional.of(kept);
    }

    @Override
    public int tokens() {
      return kept.length;
    }

    @Override
    public int neighbours() {
      return 0;
    }

    @Override
    public boolean summary() {
      return false;
    }

    @Override
    public void close() {
      // It holds no memory.
    }
  }
}
