package io.prumerge.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.TextConfig;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.OpenValues;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the decoder's last layer leaves out is what nobody reads. */
@Tag("model")
class LastLayerTest {

  private static final int SLOTS = 16;

  /**
   * Rows of one group.
   *
   * @param past segments of the slots before them
   * @param segments their own
   * @param masked whether attention needs a mask
   * @param asked which of them are
   */
  private record Group(int[] past, int[] segments, boolean masked, int... asked) {}

  private static final int[] TWO_BEHIND_A_PREFIX = {-1, -1, -1, 0, 0, 1, 1, 1};

  private static final List<Group> GROUPS =
      List.of(
          // a prompt alone
          new Group(new int[0], new int[] {0, 0, 0, 0, 0}, false, 4),
          // two questions with their prefix
          new Group(new int[0], TWO_BEHIND_A_PREFIX, true, 4, 7),
          // a step, and two steps
          new Group(new int[] {0, 0, 0}, new int[] {0}, false, 0),
          new Group(TWO_BEHIND_A_PREFIX, new int[] {0, 1}, true, 0, 1),
          // later questions after the cached prefix
          new Group(TWO_BEHIND_A_PREFIX, new int[] {2, 2, 3}, true, 1, 2));

  @ParameterizedTest
  @ValueSource(strings = {"checkpoints/gqa", "checkpoints/mha", "opt/llava"})
  void rowsThatAreAskedAreThoseOfAWholeLayer(String name) {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path(name));
    for (CachePlan plan : List.of(CachePlan.GROUPS, CachePlan.GROUPS_PACKED)) {
      try (LlavaModel model =
          LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32, CachePlan.GROUPS)) {
        String script = checkpoint.config().decoder().script();
        Layers layers = new Layers(model.decoder(), script, plan.packed());
        layers.run(GROUPS.stream().map(LastLayerTest::before).toList(), false);
        float[] all = layers.run(GROUPS, false);
        List<float[]> keys = layers.caches();
        float[] asked = layers.run(GROUPS, true);
        assertThat(layers.caches()).as("keys and values").containsExactlyElementsOf(keys);
        assertThat(asked).hasSize(layers.places(GROUPS).length * layers.width());
        assertThat(asked).containsExactly(layers.rows(all, layers.places(GROUPS)), within(1e-5f));
        layers.close();
      }
    }
    assertThat(OpenValues.count()).isZero();
  }

  // What fills the slots before a group's rows.
  private static Group before(Group group) {
    return new Group(new int[0], group.past(), true);
  }

  /** Prompts with steps of other questions in the same pass, several packs, and cuts. */
  @Test
  void noOtherRowReachesTheHead() {
    try (MeteredDecoder decoder = new MeteredDecoder(rows -> 0, 0);
        ProjectedTokens visual = decoder.visual(40, 50)) {
      List<int[]> texts =
          IntStream.range(0, 60)
              .mapToObj(q -> IntStream.range(0, 20 + q % 9).map(i -> 20 + i).toArray())
              .toList();
      List<GenerationLimits> limits =
          IntStream.range(0, 60).mapToObj(q -> new GenerationLimits(1 + q % 4, 0)).toList();
      PromptGroup group =
          new PromptGroup(new int[] {1, 20, 21, 5}, 3, visual, List.of(), texts, limits);
      PromptGroup other = new PromptGroup(new int[] {1, 20}, -1, null, List.of(), texts, limits);
      decoder.decoding().generate(List.of(group, other));
      assertThat(decoder.rowsAtHead()).isEqualTo(decoder.ran().heads());
    }
  }

  /** A decoder's layers, called as they are, and a cache for each group. */
  private static final class Layers implements AutoCloseable {

    private final DecoderParts parts;
    private final String script;
    private final Torch torch;
    private final TextConfig text;
    private final Torch.Value packed;
    private final List<Torch.Value> caches = new ArrayList<>();

    Layers(DecoderParts parts, String script, int packed) {
      this.parts = parts;
      this.script = script;
      this.torch = parts.torch();
      this.text = parts.text();
      this.packed = torch.call(script + "_pack", parts.layers(), packed);
      for (int g = 0; g < GROUPS.size(); g++) {
        caches.add(
            torch.call(
                "cache",
                text.layers(),
                text.heads().keys(),
                SLOTS,
                text.heads().width(),
                parts.like()));
      }
    }

    int width() {
      return text.hiddenSize();
    }

    /** Returns the places of the rows that are asked, among all. */
    int[] places(List<Group> groups) {
      IntStream.Builder places = IntStream.builder();
      int start = 0;
      for (Group group : groups) {
        for (int row : group.asked()) {
          places.add(start + row);
        }
        start += group.segments().length;
      }
      return places.build().toArray();
    }

    float[] rows(float[] x, int[] places) {
      float[] rows = new float[places.length * width()];
      for (int i = 0; i < places.length; i++) {
        System.arraycopy(x, places[i] * width(), rows, i * width(), width());
      }
      return rows;
    }

    /** Returns what all layers make of random rows. */
    float[] run(List<Group> groups, boolean asked) {
      List<Group> there = groups.stream().filter(group -> group.segments().length > 0).toList();
      int count = there.stream().mapToInt(group -> group.segments().length).sum();
      List<int[]> numbers = new ArrayList<>();
      numbers.add(
          there.stream()
              .flatMapToInt(
                  group ->
                      IntStream.range(0, group.segments().length)
                          .map(row -> group.past().length + row))
              .toArray());
      for (Group group : there) {
        numbers.add(
            group.masked()
                ? IntStream.concat(Arrays.stream(group.past()), Arrays.stream(group.segments()))
                    .toArray()
                : new int[0]);
        numbers.add(new int[0]);
      }
      numbers.add(places(there));
      Random random = new Random(count);
      float[] states = new float[count * width()];
      for (int i = 0; i < states.length; i++) {
        states[i] = (float) random.nextGaussian();
      }
      List<Object> arguments = new ArrayList<>();
      parts.rope().ifPresent(turns -> arguments.addAll(List.of(turns.ordinary(), 1.)));
      try (Torch.Value x = torch.tensor(states, count, width());
          Torch.Value lists = torch.indices(numbers, parts.like())) {
        arguments.addAll(
            List.of(
                x,
                lists,
                0,
                parts.layers(),
                packed,
                there.stream().map(group -> caches.get(groups.indexOf(group))).toList(),
                new int[there.size()],
                there.stream().mapToInt(group -> group.segments().length).toArray(),
                there.stream().mapToInt(group -> group.past().length).toArray(),
                Collections.nCopies(there.size(), new int[0]),
                asked ? numbers.size() - 1 : -1,
                0,
                text.layers(),
                text.heads().width(),
                text.mlp().activation().code(),
                text.normEps()));
        try (Torch.Value y = torch.call(script + "_span", arguments.toArray())) {
          return torch.floats(List.of(y)).get(0);
        }
      }
    }

    /** Returns the filled slots' keys and values in the last layer. */
    List<float[]> caches() {
      List<float[]> found = new ArrayList<>();
      for (int g = 0; g < GROUPS.size(); g++) {
        int used = GROUPS.get(g).past().length + GROUPS.get(g).segments().length;
        for (int kind : new int[] {KvCache.KEYS, KvCache.VALUES}) {
          try (Torch.Value slots =
              torch.call("cached", caches.get(g), kind, text.layers() - 1, 0, used)) {
            found.addAll(torch.floats(List.of(slots)));
          }
        }
      }
      return found;
    }

    @Override
    public void close() {
      caches.forEach(Torch.Value::close);
      packed.close();
    }
  }
}
