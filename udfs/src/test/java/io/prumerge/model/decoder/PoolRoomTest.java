package io.prumerge.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.generation.GroupCaller;
import io.prumerge.generation.Scheduler;
import io.prumerge.host.DeviceOption;
import io.prumerge.host.DeviceOptions;
import io.prumerge.model.OpenValues;
import io.prumerge.model.PassLimits;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoding.Finish;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.GreedyPasses;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.pruning.TestCuts;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A pool with exactly as many slots as the scheduler may book, against caches that grow. */
@Tag("model")
class PoolRoomTest {

  private static final int SLOTS = 400;
  private static final PassLimits LIMITS = new PassLimits(1, 4096, SLOTS);

  private final Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/mha"));
  private Torch torch;
  private int passes;

  @BeforeEach
  void open() {
    torch = TorchRuntime.open();
  }

  @AfterEach
  void close() {
    torch.close();
    assertThat(OpenValues.count()).isZero();
  }

  private LanguageModel model(CachePlan plan) {
    try (TensorLoader loader = new TensorLoader(torch, checkpoint, "cpu", Precision.FP32)) {
      LanguageModel model = new LanguageModel(torch, checkpoint.config(), loader, plan);
      model.stack().limit(SLOTS);
      loader.handOver();
      return model;
    }
  }

  private List<List<int[]>> answers(CachePlan plan, List<PromptGroup> groups) {
    passes = 0;
    try (LanguageModel model = model(plan)) {
      GreedyDecoding decoding =
          new GreedyDecoding(new GreedyPasses(model, new StopTokens(List.of()), 1), LIMITS);
      List<List<int[]>> answers = new ArrayList<>();
      try (Scheduler scheduler = decoding.scheduler(() -> passes++)) {
        for (PromptGroup group : groups) {
          List<int[]> ids = new ArrayList<>();
          answers.add(ids);
          scheduler.add(group, into(ids));
        }
        while (scheduler.busy()) {
          scheduler.step();
          assertThat(decoding.limits()).isEqualTo(LIMITS);
        }
      }
      return answers;
    }
  }

  private static GroupCaller into(List<int[]> ids) {
    return new GroupCaller() {
      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void answered(List<Generation> all) {
        assertThat(all).allMatch(one -> one.finish() == Finish.LENGTH);
        all.forEach(one -> ids.add(one.ids()));
      }

      @Override
      public void failed(Throwable why) {
        throw new AssertionError(why);
      }
    };
  }

  private static PromptGroup group(Random random, int prefix, int system, int... newTokens) {
    int[] ids = IntStream.range(0, prefix).map(i -> 3 + random.nextInt(300)).toArray();
    System.arraycopy(new int[] {1, 20, 21}, 0, ids, 0, system);
    List<int[]> texts =
        IntStream.of(newTokens)
            .mapToObj(q -> IntStream.range(0, 4).map(i -> 3 + random.nextInt(300)).toArray())
            .toList();
    return new PromptGroup(
        ids,
        system,
        new int[0],
        null,
        List.of(),
        Optional.empty(),
        texts,
        IntStream.of(newTokens).mapToObj(most -> new GenerationLimits(most, 0)).toList());
  }

  private int compare(List<PromptGroup> groups) throws Exception {
    List<List<int[]>> expected = answers(CachePlan.GROUPS, groups);
    int needed = passes;
    assertSame(
        DeviceOptions.with(
            () -> answers(CachePlan.POOL_EXACTLY, groups), DeviceOption.SYSTEM_PROMPTS_TOGETHER),
        expected);
    assertSame(answers(CachePlan.POOL_EXACTLY, groups), expected);
    return needed;
  }

  private static void assertSame(List<List<int[]>> found, List<List<int[]>> expected) {
    for (int g = 0; g < expected.size(); g++) {
      assertThat(found.get(g))
          .as("group %d", g)
          .containsExactly(expected.get(g).toArray(int[][]::new));
    }
  }

  /** Eighteen questions to each image, answers of two tokens: 100 slots a group. */
  @Test
  void aFullPoolTakesNoMorePassesThanCachesThatGrow() throws Exception {
    Random random = new Random(1);
    List<PromptGroup> groups = new ArrayList<>();
    int[] answers = IntStream.generate(() -> 2).limit(18).toArray();
    for (int g = 0; g < 8; g++) {
      groups.add(group(random, 10, 3, answers));
    }
    int needed = compare(groups);
    assertThat(needed).isEqualTo(2 * 2); // four groups at once
    assertThat(passes).isEqualTo(needed);
  }

  /** Ranges of any length come and go: where no one is long enough, a question waits. */
  @Test
  void aPoolInPiecesLetsQuestionsWaitAndNoLimitFalls() throws Exception {
    Random random = new Random(2);
    List<PromptGroup> groups = new ArrayList<>();
    for (int g = 0; g < 12; g++) {
      int questions = 1 + random.nextInt(5);
      groups.add(group(random, 4 + random.nextInt(30), 3, random.ints(questions, 1, 60).toArray()));
    }
    int needed = compare(groups);
    assertThat(passes).as("what is answered gives its range back").isLessThanOrEqualTo(needed);
  }

  /** Each question keeps tokens of its own, in ranges of its own, while others come and go. */
  @Test
  void questionsThatPartAtCutsComeAndGoOnAPoolToo() throws Exception {
    Random random = new Random(3);
    float[] rows = new float[20 * checkpoint.config().text().hiddenSize()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    LayerCut first =
        new TestCuts.Halved(1, CutPositions.KEPT, List.of(new Evidence.LastRowAttention(0)));
    LayerCut second =
        new TestCuts.Halved(2, CutPositions.PACKED, List.of(new Evidence.LastRowAttention(2)));
    try (ProjectedTokens visual =
        new ProjectedTokens(torch.tensor(rows, 20, rows.length / 20), 20)) {
      List<PromptGroup> groups = new ArrayList<>();
      for (int g = 0; g < 4; g++) {
        PromptGroup text = group(random, 3, 3, random.ints(9, 1, 12).toArray());
        groups.add(
            new PromptGroup(
                new int[] {1, 20, 21, 5},
                3,
                visual,
                List.of(first, second),
                text.suffixes(),
                text.limits()));
      }
      compare(groups);
    }
  }

  @Test
  void thePoolIsMadeWithTheFirstQuestion() {
    try (LanguageModel model = model(CachePlan.POOL_EXACTLY)) {
      long before = OpenValues.count();
      model.embeddings(new int[] {1, 2}).close();
      assertThat(OpenValues.count()).isEqualTo(before);
      model.stack().newCache(0, 1, 4).close();
      assertThat(OpenValues.count()).isEqualTo(before + 1);
    }
  }
}
