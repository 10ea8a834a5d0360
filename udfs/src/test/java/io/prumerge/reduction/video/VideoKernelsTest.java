package io.prumerge.reduction.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forward pass's kernels for videos against the authors' scores and the definitions. */
@Tag("model")
class VideoKernelsTest {

  private static final Torch TORCH = TorchRuntime.open();

  @AfterAll
  static void closesTorch() {
    TORCH.close();
  }

  private static Torch.Value view(PlainVideo video, int view) {
    float[] rows = new float[video.tokens() * video.width()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = video.x()[view][i / video.width()][i % video.width()];
    }
    return TORCH.tensor(rows, video.tokens(), video.width());
  }

  private static float[] centreScores(PlainVideo video) {
    List<Torch.Value> views = new ArrayList<>();
    for (int view = 0; view < video.views(); view++) {
      views.add(view(video, view));
    }
    try (Torch.Value list = TORCH.list(views);
        Torch.Value scores = TORCH.call("centre_scores", list)) {
      return scores.toFloats(TORCH);
    } finally {
      views.forEach(Torch.Value::close);
    }
  }

  private static void requireScores(PlainVideo video) {
    float[] scores = centreScores(video);
    double[][][] expected = video.centreScores();
    assertThat(scores).hasSize(2 * video.views() * video.tokens());
    for (int i = 0; i < scores.length; i++) {
      int row = i / video.tokens();
      assertThat((double) scores[i])
          .isCloseTo(
              expected[row / video.views()][row % video.views()][i % video.tokens()], within(2e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void scoresAreTheAuthors(int place) throws IOException {
    JsonNode one = Goldens.json("video-methods/vidcom2.json").get("cases").get(place);
    PlainVideo video = PlainVideo.of(one);
    float[] scores = centreScores(video);
    int all = video.views() * video.tokens();
    for (int i = 0; i < all; i++) {
      assertThat(scores[i])
          .isCloseTo((float) one.get("video_score").get(i).asDouble(), within(1e-4f));
      assertThat(scores[all + i])
          .isCloseTo((float) one.get("frame_score").get(i).asDouble(), within(1e-4f));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 4, 2", "2, 1, 3", "3, 5, 8", "6, 9, 13"})
  void scoresAreTheDefinition(int views, int tokens, int width) {
    requireScores(PlainVideo.random(views, tokens, width, views));
  }

  /** A row of zeros stays one, and is as far from a mean as that is long. */
  @Test
  void rowsOfZerosHaveScores() {
    PlainVideo video = PlainVideo.random(2, 3, 4, 5);
    video.x()[1][2] = new float[4];
    requireScores(video);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "4, 3", "9, 16"})
  void cosinesAreOfEqualPlaces(int tokens, int width) {
    PlainVideo video = PlainVideo.random(2, tokens, width, tokens);
    video.x()[1][0] = new float[width];
    try (Torch.Value earlier = view(video, 0);
        Torch.Value own = view(video, 1);
        Torch.Value cosines = TORCH.call("same_row_cosines", earlier, own)) {
      assertThat(cosines.toFloats(TORCH)).containsExactly(video.cosines(1, 1), within(1e-6f));
    }
  }

  /** Of means over two of three views. */
  @Test
  void distancesAreOfMeans() {
    PlainVideo video = PlainVideo.random(3, 5, 6, 4);
    List<ArrayPatchTokens> patches = video.patches();
    List<Integer> some = List.of(0, 2, 3);
    float[] expected = patches.get(1).of(new TowerEvidence.MeanDistances(2, some));
    List<Torch.Value> views = List.of(view(video, 1), view(video, 2));
    try (Torch.Value list = TORCH.list(views);
        Torch.Value distances = TORCH.call("mean_distances", list, new int[] {0, 2, 3})) {
      assertThat(distances.toFloats(TORCH)).containsExactly(expected, within(1e-5f));
    } finally {
      views.forEach(Torch.Value::close);
    }
  }

  /** 26 rows and more take products in torch's own choice, by which equal rows have a distance. */
  @Test
  void equalMeansHaveNoDistance() {
    float[][][] x = new float[1][40][16];
    for (float[] row : x[0]) {
      for (int i = 0; i < row.length; i++) {
        row[i] = 100 + i / 7f;
      }
    }
    int[] all = IntStream.range(0, 40).toArray();
    try (Torch.Value view = view(new PlainVideo(x), 0);
        Torch.Value list = TORCH.list(List.of(view));
        Torch.Value distances = TORCH.call("mean_distances", list, all)) {
      assertThat(distances.toFloats(TORCH)).containsOnly(0f);
    }
  }
}
