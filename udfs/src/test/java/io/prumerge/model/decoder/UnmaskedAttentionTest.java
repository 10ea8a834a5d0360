package io.prumerge.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.OpenValues;
import io.prumerge.model.PassLimits;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention by sequences gives what a mask over all slots does. */
@Tag("model")
class UnmaskedAttentionTest {

  private static final int PREFIX = KvCache.PREFIX;
  private static final int WIDTH = 16;
  private static final int MANY = 512;

  private static int[] rows(int... segmentsAndCounts) {
    return IntStream.range(0, segmentsAndCounts.length / 2)
        .flatMap(
            i ->
                IntStream.generate(() -> segmentsAndCounts[2 * i])
                    .limit(segmentsAndCounts[2 * i + 1]))
        .toArray();
  }

  private static LanguageModel decoder(Torch torch) {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/mha"));
    try (TensorLoader loader = new TensorLoader(torch, checkpoint, "cpu", Precision.FP32)) {
      LanguageModel decoder =
          new LanguageModel(torch, checkpoint.config(), loader, CachePlan.GROUPS);
      loader.handOver();
      return decoder;
    }
  }

  private static Optional<int[]> unmasked(
      LanguageModel decoder, boolean joins, int[] past, int[] rows) {
    int slots = past.length + rows.length;
    try (KvCache cache = decoder.stack().newCache(0, 1, slots)) {
      cache.append(past);
      int[] positions = IntStream.range(past.length, slots).toArray();
      return Rows.append(cache, positions, rows, slots).unmasked(joins);
    }
  }

  @Test
  void longPromptsNeedNoMask() {
    try (Torch torch = TorchRuntime.open();
        LanguageModel decoder = decoder(torch)) {
      int[] system = rows(PREFIX, 35);
      int[] questions = rows(PREFIX, 300, 0, 100, 1, 112);
      assertThat(unmasked(decoder, true, system, questions))
          .contains(new int[] {335, 300, 100, 112});
      assertThat(unmasked(decoder, true, rows(), questions))
          .contains(new int[] {300, 300, 100, 112});
      assertThat(unmasked(decoder, true, system, rows(4, 511, 5, 1)))
          .contains(new int[] {35, 0, 511, 1});
      assertThat(unmasked(decoder, false, system, questions)).isEmpty();
      assertThat(unmasked(decoder, true, system, rows(PREFIX, 300, 0, 100, 1, 111))).isEmpty();

      // new questions after the prefix, with others that are being answered
      int[] answered = rows(PREFIX, 335, 0, 20, 1, 30);
      assertThat(unmasked(decoder, true, answered, rows(2, 300, 3, 212)))
          .contains(new int[] {335, 0, 300, 212});
      assertThat(unmasked(decoder, true, answered, rows(2, 512))).contains(new int[] {335, 0, 512});
      assertThat(unmasked(decoder, true, answered, rows(1, 1, 2, 511))).isEmpty();
      assertThat(unmasked(decoder, true, answered, rows(2, 300, 3, 200, 2, 12))).isEmpty();
      assertThat(unmasked(decoder, true, rows(), rows(0, 300, 1, 212))).isEmpty();
    }
  }

  @Test
  void oneSequenceNeedsNoneWhereItIsLongOrTheFirst() {
    try (Torch torch = TorchRuntime.open();
        LanguageModel decoder = decoder(torch)) {
      for (boolean joins : new boolean[] {true, false}) {
        assertThat(unmasked(decoder, joins, rows(), rows(PREFIX, 3, 0, 2))).contains(new int[0]);
        assertThat(unmasked(decoder, joins, rows(PREFIX, 9, 0, 2), rows(0, 1)))
            .contains(new int[0]);
        assertThat(unmasked(decoder, joins, rows(PREFIX, 9), rows(PREFIX, 500, 0, 12)))
            .contains(new int[0]);
        assertThat(unmasked(decoder, joins, rows(PREFIX, 9), rows(PREFIX, 500, 0, 11))).isEmpty();
        assertThat(unmasked(decoder, joins, rows(PREFIX, 512), rows(0, 512))).isEmpty();
        assertThat(unmasked(decoder, joins, rows(PREFIX, 9, 0, 2, 1, 2), rows(0, 1))).isEmpty();
      }
    }
  }

  /**
   * Slots of the prefix, of other questions after it, rows of the prefix, rows of two questions.
   */
  @ParameterizedTest
  @CsvSource({
    "0,0,7,3,1",
    "5,0,7,3,1",
    "5,0,0,3,4",
    "5,4,0,3,4",
    "1,0,1,1,1",
    "35,0,300,100,112",
    "335,9,0,1,600"
  })
  void itIsTheSame(int before, int others, int lead, int first, int second) {
    int past = before + others;
    int count = lead + first + second;
    int[] segments = rows(PREFIX, before, 7, others, PREFIX, lead, 0, first, 1, second);
    compare(past, segments, new int[] {before + lead, lead, first, second}, count);
  }

  @ParameterizedTest
  @CsvSource({"0,1", "5,1", "0,6", "5,6", "35,601"})
  void soItIsOfOneSequence(int past, int count) {
    compare(past, rows(PREFIX, past, 0, count), new int[0], count);
  }

  private static void compare(int past, int[] segments, int[] lengths, int count) {
    try (Torch torch = TorchRuntime.open();
        Torch.Value one = tensor(torch, 1, 1, 1, 1);
        Torch.Value like = torch.list(List.of(one))) {
      for (int kv : new int[] {4, 2, 1}) {
        float[] masked = attention(torch, like, past, count, kv, segments, new int[0]);
        float[] unmasked = attention(torch, like, past, count, kv, new int[0], lengths);
        assertThat(unmasked).containsExactly(masked, within(1e-5f));
      }
    }
    assertThat(OpenValues.count()).isZero();
  }

  private static Torch.Value tensor(Torch torch, int seed, long... shape) {
    Random random = new Random(seed);
    float[] numbers = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return torch.tensor(numbers, shape);
  }

  private static float[] attention(
      Torch torch, Torch.Value like, int past, int count, int kv, int[] segments, int[] lengths) {
    try (Torch.Value q = tensor(torch, 2, 4, count, WIDTH);
        Torch.Value k = tensor(torch, 3, kv, count, WIDTH);
        Torch.Value v = tensor(torch, 4, kv, count, WIDTH);
        Torch.Value cache = tensor(torch, 5, 2, 1, kv, past + count + 3, WIDTH);
        Torch.Value lists = torch.indices(List.of(segments, new int[0]), like);
        Torch.Value masks = torch.call("group_masks", q, lists, 0, new int[] {count});
        Torch.Value y =
            torch.call(
                "attend_groups",
                q,
                k,
                v,
                masks,
                List.of(cache),
                0,
                new int[] {0},
                new int[] {count},
                new int[] {past},
                List.of(lengths))) {
      return torch.floats(List.of(y)).get(0);
    }
  }

  /** A pass of many questions, which parts their attention, and each alone, which does not. */
  @ParameterizedTest
  @ValueSource(
      strings = {"checkpoints/gqa", "checkpoints/mha", "opt/llava", "qwen/qwen2_5_vl/untied"})
  void answersOfALongPassAreThoseOfEachQuestionAlone(String name) {
    try (LlavaModel model =
        LlavaModel.load(
            Checkpoint.open(Goldens.path(name)), Device.cpu(), Precision.FP32, CachePlan.GROUPS)) {
      PromptGroup all = questions(19, 28);
      assertThat(all.suffixes().stream().mapToInt(words -> words.length).sum()).isGreaterThan(MANY);
      List<Generation> together = answers(model, all);
      for (int q = 0; q < together.size(); q++) {
        assertThat(together.get(q).ids())
            .as("question %d", q)
            .isEqualTo(answers(model, all.part(q, q + 1)).get(0).ids());
      }
    }
  }

  private static PromptGroup questions(int count, int words) {
    Random random = new Random(count);
    List<int[]> texts =
        IntStream.range(0, count)
            .mapToObj(q -> random.ints(words + q % 3, 6, 60).toArray())
            .toList();
    return new PromptGroup(
        new int[] {1, 20, 31, 32, 33},
        -1,
        null,
        List.of(),
        texts,
        texts.stream().map(text -> new GenerationLimits(6, 0)).toList());
  }

  private static List<Generation> answers(LlavaModel model, PromptGroup group) {
    PassLimits limits = new PassLimits(1, 4096, 8192);
    return new GreedyDecoding(model.greedy(new StopTokens(List.of())), limits)
        .generate(List.of(group))
        .get(0);
  }
}
