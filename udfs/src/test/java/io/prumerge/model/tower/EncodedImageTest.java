package io.prumerge.model.tower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.model.GoldenModel;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.reduction.run.Merge;
import io.prumerge.reduction.run.Neighbour;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodedImageTest {

  private static final String INPUT = "wide.png@pad";

  /** Neighbours by plain loops over all pairs. */
  @ParameterizedTest
  @CsvSource({"2, 1, 1", "9, 9, 8", "36, 1, 35", "49, 13, 4", "144, 20, 32"})
  void nearestAreThoseWithTheLargestCosines(int patches, int keep, int neighbours) {
    Random random = new Random(17L * patches + keep);
    int width = 5;
    float[] keys = new float[patches * width];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (float) random.nextGaussian();
    }
    int[] kept = random.ints(0, patches).distinct().limit(keep).toArray();
    try (Torch torch = TorchRuntime.open();
        Torch.Value anything = torch.call("wavelengths", 10000.0, 4);
        Torch.Value like = torch.list(List.of(anything));
        Torch.Value tensor = torch.tensor(keys, like, patches, width);
        Torch.Value result = torch.call("nearest", tensor, kept, neighbours)) {
      Torch.Value[] parts = result.elements();
      try (Torch.Value cosines = parts[0];
          Torch.Value nearest = parts[1]) {
        float[] similar = cosines.toFloats(torch);
        long[] found = nearest.toLongs(torch);
        for (int i = 0; i < keep * neighbours; i++) {
          int centre = kept[i / neighbours];
          long expected =
              IntStream.range(0, patches)
                  .filter(patch -> patch != centre)
                  .boxed()
                  .sorted(Comparator.comparing(patch -> -cosine(keys, width, centre, patch)))
                  .skip(i % neighbours)
                  .findFirst()
                  .orElseThrow();
          assertThat(found[i]).isEqualTo(expected);
          assertThat((double) similar[i])
              .isCloseTo(cosine(keys, width, centre, (int) found[i]), within(1e-5));
        }
      }
    }
  }

  private static double cosine(float[] keys, int width, int one, int other) {
    return dot(keys, width, one, other)
        / Math.sqrt(dot(keys, width, one, one) * dot(keys, width, other, other));
  }

  private static double dot(float[] keys, int width, int one, int other) {
    double sum = 0;
    for (int channel = 0; channel < width; channel++) {
      sum += (double) keys[one * width + channel] * keys[other * width + channel];
    }
    return sum;
  }

  /** The features that went to the language model, put together from what is said of them. */
  @Test
  void mergesAreWhatMergeDoes() throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32);
        EncodedView image = golden.encode(INPUT)) {
      int[] kept = {7, 300, 0, 575};
      List<Merge> merges = image.merges(kept, 32);
      float[] attention = image.clsAttention();
      try (ReducedView all = image.all();
          ReducedView merged = image.merge(kept, 32, false)) {
        float[] before = golden.model.floats(all.features());
        float[] after = golden.model.floats(merged.features());
        int width = after.length / kept.length;
        assertThat(merges).hasSize(kept.length);
        for (int row = 0; row < kept.length; row++) {
          Merge merge = merges.get(row);
          assertThat(merge.patch()).hasValue(kept[row]);
          assertThat(merge.weight()).isOne();
          assertThat(merge.neighbours()).hasSize(32);
          Set<Integer> distinct = new HashSet<>(Set.of(kept[row]));
          for (int channel = 0; channel < width; channel++) {
            double sum = before[kept[row] * width + channel];
            for (Neighbour neighbour : merge.neighbours()) {
              distinct.add(neighbour.patch());
              sum +=
                  (double) attention[neighbour.patch()]
                      * before[neighbour.patch() * width + channel];
            }
            assertThat((double) after[row * width + channel]).isCloseTo(sum, within(1e-4));
          }
          assertThat(distinct).hasSize(33);
          assertThat(merge.neighbours())
              .allSatisfy(
                  neighbour ->
                      assertThat(neighbour.weight()).isEqualTo(attention[neighbour.patch()]))
              .isSortedAccordingTo(
                  Comparator.comparing((Neighbour neighbour) -> -neighbour.cosine().orElseThrow()));
        }
      }
      assertThat(image.merges(kept, 0)).isEmpty();
      assertThat(image.merges(new int[0], 32)).isEmpty();
      assertThat(image.merges(new int[] {3}, 9999).get(0).neighbours()).hasSize(575);
    }
  }
}
