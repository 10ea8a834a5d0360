package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.generation.GreedyDecoding;
import io.prumerge.generation.GroupCaller;
import io.prumerge.generation.Scheduler;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.MeteredDecoder;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.Passage;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Finish;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.pruning.TestCuts;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.EvidenceRows;
import io.prumerge.reduction.LayerCut;
import io.prumerge.torch.TorchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions that come and go while others are being answered. */
@Tag("model")
class SchedulerTest {

  private static final PassLimits AMPLE = new PassLimits(1, 4096, 1 << 20);
  private static final int POISON = 77;

  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(OpenValues.count()).isZero();
  }

  /** Remembers what it is told, and after how many passes. */
  private static final class Client implements GroupCaller {
    private final AtomicInteger passes;
    private boolean cancelled;
    private List<Generation> answers;
    private Throwable failure;
    private int after;

    Client(AtomicInteger passes) {
      this.passes = passes;
    }

    @Override
    public boolean isOpen() {
      return !cancelled;
    }

    @Override
    public void answered(List<Generation> all) {
      assertThat(answers).as("told twice").isNull();
      assertThat(failure).as("told twice").isNull();
      answers = all;
      after = passes.get();
    }

    @Override
    public void failed(Throwable why) {
      assertThat(answers).as("told twice").isNull();
      assertThat(failure).as("told twice").isNull();
      failure = why;
    }

    boolean ended() {
      return answers != null || failure != null;
    }
  }

  private static PromptGroup text(int id, int... newTokens) {
    return new PromptGroup(
        new int[] {1, 20, 21},
        -1,
        null,
        IntStream.range(0, newTokens.length)
            .mapToObj(q -> new int[] {id, 30 + q, 31, 32, 33 + q, 34})
            .toList(),
        IntStream.of(newTokens).mapToObj(most -> new GenerationLimits(most, 0)).toList());
  }

  private static PromptGroup image(
      ProjectedTokens visual, List<LayerCut> cuts, int id, int... newTokens) {
    PromptGroup text = text(id, newTokens);
    return new PromptGroup(
        new int[] {1, 20, 21, 5}, 3, visual, cuts, text.suffixes(), text.limits());
  }

  private static int[] ids(Generation answer) {
    return answer.ids();
  }

  private static void run(Scheduler scheduler) {
    for (int turn = 0; scheduler.busy(); turn++) {
      assertThat(turn).isLessThan(10_000);
      scheduler.step();
    }
  }

  @Test
  void answersTakeAsManyPassesAsTheLongestOfThemHasTokens() {
    AtomicInteger passes = new AtomicInteger();
    List<Client> clients = new ArrayList<>();
    try (MeteredDecoder decoder = new MeteredDecoder(groups -> 0, 0);
        Scheduler scheduler = decoder.decoding(AMPLE).scheduler(passes::incrementAndGet)) {
      for (int i = 0; i < 64; i++) {
        clients.add(new Client(passes));
        scheduler.add(text(40 + i, 1 + 7 * i % 40), clients.get(i));
      }
      run(scheduler);
    }
    assertThat(passes).hasValue(40);
    for (int i = 0; i < 64; i++) {
      assertThat(clients.get(i).after).isEqualTo(1 + 7 * i % 40);
    }
  }

  /** Ten prompts a pass, twelve questions at once: as one ends, the next one begins. */
  @Test
  void noPassRunsForOneAnswerWhileOthersWait() {
    AtomicInteger passes = new AtomicInteger();
    List<Integer> lengths = IntStream.range(0, 64).mapToObj(i -> i % 8 == 0 ? 40 : 4).toList();
    try (MeteredDecoder decoder = new MeteredDecoder(groups -> 0, 0);
        Scheduler scheduler =
            decoder
                .decoding(new PassLimits(1, 90 + 12, 12 * (9 + 40)))
                .scheduler(passes::incrementAndGet)) {
      lengths.forEach(length -> scheduler.add(text(40, length), new Client(passes)));
      run(scheduler);
    }
    // In batches of twelve, each to its slowest, there would be six times forty.
    assertThat(passes.get()).isBetween(40, 90);
  }

  @Test
  void aShortAnswerIsThereBeforeALongOneThatCameEarlier() {
    AtomicInteger passes = new AtomicInteger();
    Client longer = new Client(passes);
    Client shorter = new Client(passes);
    try (MeteredDecoder decoder = new MeteredDecoder(groups -> 0, 0);
        Scheduler scheduler = decoder.decoding(AMPLE).scheduler(passes::incrementAndGet)) {
      scheduler.add(text(40, 30), longer);
      for (int turn = 0; turn < 10; turn++) {
        scheduler.step();
      }
      scheduler.add(text(41, 3), shorter);
      run(scheduler);
    }
    assertThat(shorter.after).isEqualTo(13);
    assertThat(longer.after).isEqualTo(30);
    assertThat(passes).hasValue(30);
  }

  /** Random arrivals, lengths, cancellations, failures of memory and others, in little room. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whateverHappensAnAnswerIsThatOfItsQuestionAlone(long seed) {
    Random random = new Random(seed);
    List<PromptGroup> groups = new ArrayList<>();
    List<List<int[]>> alone = new ArrayList<>();
    AtomicInteger passes = new AtomicInteger();
    LayerCut cut =
        new TestCuts.Ranked(1, 0.3, CutPositions.PACKED, List.of(new Evidence.LastRowAttention(0)));
    Random device = new Random(seed + 100);
    boolean[] scarce = {false};
    try (MeteredDecoder decoder =
            new MeteredDecoder(
                rows -> {
                  refusePoison(rows);
                  return scarce[0] && device.nextInt(12) == 0 ? 1 : 0;
                },
                0);
        ProjectedTokens visual = decoder.visual(40, 45)) {
      for (int g = 0; g < 16; g++) {
        int[] newTokens = random.ints(1 + random.nextInt(3), 1, 20).toArray();
        int id = random.nextInt(8) == 0 ? POISON : 200 + g;
        groups.add(
            switch (random.nextInt(3)) {
              case 0 -> text(id, newTokens);
              case 1 -> image(visual, List.of(), id, newTokens);
              default -> image(visual, List.of(cut), id, newTokens);
            });
      }
      for (PromptGroup group : groups) {
        alone.add(
            poisoned(group)
                ? List.of()
                : IntStream.range(0, group.suffixes().size())
                    .mapToObj(q -> List.of(group.part(q, q + 1)))
                    .map(one -> decoder.decoding(AMPLE).generate(one).get(0).get(0).ids())
                    .toList());
      }
      scarce[0] = true;
      GreedyDecoding decoding = decoder.decoding(new PassLimits(1, 200, 700));
      List<Client> clients = new ArrayList<>();
      try (Scheduler scheduler = decoding.scheduler(passes::incrementAndGet)) {
        while (clients.size() < groups.size() || scheduler.busy()) {
          if (clients.size() < groups.size() && (random.nextInt(3) == 0 || !scheduler.busy())) {
            clients.add(new Client(passes));
            scheduler.add(groups.get(clients.size() - 1), clients.get(clients.size() - 1));
          } else {
            scheduler.step();
          }
          if (random.nextInt(60) == 0 && !clients.isEmpty()) {
            clients.get(random.nextInt(clients.size())).cancelled = true;
          }
        }
      }
      int compared = 0;
      for (int g = 0; g < groups.size(); g++) {
        Client client = clients.get(g);
        assertThat(client.ended()).as("group %d of seed %d", g, seed).isTrue();
        if (!poisoned(groups.get(g))) {
          assertThat(client.failure).isNull();
        }
        for (int q = 0; client.answers != null && q < client.answers.size(); q++) {
          Generation answer = client.answers.get(q);
          switch (answer.finish()) {
            case LENGTH -> {
              compared++;
              assertThat(answer.ids()).as("group %d", g).isEqualTo(alone.get(g).get(q));
            }
            case ABANDONED -> assertThat(client.cancelled).isTrue();
            // One that ran alone when the device was out of memory.
            case OUT_OF_MEMORY -> assertThat(answer.ids()).hasSizeLessThan(20);
            default -> assertThat(answer.finish()).isEqualTo(Finish.LENGTH);
          }
        }
      }
      assertThat(compared).isGreaterThan(10);
    }
  }

  // A prompt with the id, which an answer may have too.
  private static void refusePoison(List<Passage> rows) {
    for (Passage passage : rows) {
      int[] ids = passage.ids();
      for (int i = 0; i + 1 < ids.length; i++) {
        if (ids[i] == POISON && ids[i + 1] == 30) {
          throw DeviceFailures.wrong();
        }
      }
    }
  }

  private static boolean poisoned(PromptGroup group) {
    return group.suffixes().get(0)[0] == POISON;
  }

  @Test
  void aPassThatFailsTakesOnlyItsOwnGroupWithIt() {
    AtomicInteger passes = new AtomicInteger();
    List<Client> clients = new ArrayList<>();
    try (MeteredDecoder decoder =
            new MeteredDecoder(
                rows -> {
                  refusePoison(rows);
                  return 0;
                },
                0);
        Scheduler scheduler = decoder.decoding(AMPLE).scheduler(passes::incrementAndGet)) {
      for (int g = 0; g < 9; g++) {
        clients.add(new Client(passes));
        scheduler.add(text(g == 5 ? POISON : 100 + g, 6), clients.get(g));
      }
      run(scheduler);
      for (int g = 0; g < 9; g++) {
        if (g == 5) {
          assertThat(clients.get(g).failure).isInstanceOf(TorchException.class);
        } else {
          List<PromptGroup> one = List.of(text(100 + g, 6));
          assertThat(ids(clients.get(g).answers.get(0)))
              .isEqualTo(ids(decoder.decoding(AMPLE).generate(one).get(0).get(0)));
        }
      }
    }
  }

  private static PromptGroup questions(
      ProjectedTokens visual, List<LayerCut> cuts, int text, int[] newTokens) {
    return new PromptGroup(
        new int[] {1, 20, 21, 5},
        3,
        visual,
        cuts,
        IntStream.range(0, newTokens.length)
            .mapToObj(q -> IntStream.range(0, text).map(i -> 30 + (q + i * i) % 300).toArray())
            .toList(),
        IntStream.of(newTokens).mapToObj(most -> new GenerationLimits(most, 0)).toList());
  }

  // Passes that the answers of one image took, which are those of each question alone.
  private static int passes(PassLimits limits, int text, int... newTokens) {
    return passes(limits, List.of(), text, newTokens);
  }

  private static int passes(PassLimits limits, List<LayerCut> cuts, int text, int[] newTokens) {
    AtomicInteger passes = new AtomicInteger();
    Client client = new Client(passes);
    try (MeteredDecoder decoder = new MeteredDecoder(rows -> 0, 0);
        ProjectedTokens visual = decoder.visual(40, 45)) {
      PromptGroup group = questions(visual, cuts, text, newTokens);
      try (Scheduler scheduler = decoder.decoding(limits).scheduler(passes::incrementAndGet)) {
        scheduler.add(group, client);
        run(scheduler);
      }
      PassWork booked =
          client.answers.stream().map(Generation::work).reduce(PassWork.NONE, PassWork::plus);
      assertThat(booked).isEqualTo(decoder.ran());
      for (int q = 0; q < newTokens.length; q++) {
        List<PromptGroup> alone = List.of(group.part(q, q + 1));
        assertThat(ids(decoder.decoding(AMPLE).generate(alone).get(0).get(0)))
            .as("question %d", q)
            .isEqualTo(ids(client.answers.get(q)));
      }
    }
    return passes.get();
  }

  @Test
  void allQuestionsOfAnImageAreAnsweredAtOnceWhereThereIsRoom() {
    PassLimits fewRows = new PassLimits(1, 512, 1 << 20);
    assertThat(passes(fewRows, 6, 110, 90, 90, 90, 90, 90)).isEqualTo(110);
  }

  /** Three texts of three hundred rows stand after an image at a time. */
  @Test
  void theNextQuestionOfAnImageComesWhenAnyOfTheOthersIsAnswered() {
    assertThat(passes(AMPLE, 300, 40, 5, 9, 8, 9, 20)).isEqualTo(40);
  }

  /** What a cut sees of a question that comes while others stand in the same cache. */
  @Test
  void aCutLooksAtItsOwnQuestionWhateverElseStandsThere() {
    List<Evidence> behind =
        List.of(
            new Evidence.LastRowAttention(0),
            new Evidence.TextAttention(0),
            new Evidence.Keys(0, EvidenceRows.TEXT));
    List<Evidence> ahead = ahead(1);
    LayerCut later = new TestCuts.Halved(2, CutPositions.PACKED, ahead(2));
    for (List<Evidence> sees : List.of(behind, ahead, List.<Evidence>of())) {
      LayerCut first = new TestCuts.Halved(1, CutPositions.KEPT, sees);
      int[] newTokens = {12, 3, 5, 4, 6, 2, 3};
      assertThat(passes(AMPLE, List.of(first, later), 300, newTokens)).isEqualTo(12);
    }
  }

  private static List<Evidence> ahead(int layer) {
    return List.of(new Evidence.LastRowAttention(layer));
  }

  /** Slots for the image and the first two questions. */
  @Test
  void questionsWaitForSlotsAndNotForTheLongestAnswer() {
    PassLimits limits = new PassLimits(1, 4096, 4 + 45 + (6 + 29) + (6 + 9));
    assertThat(passes(limits, 6, 30, 10, 10, 10)).isEqualTo(30);
  }

  /** Two answers that go on while the device has no room for a third one's prompt. */
  @Test
  void whereMemoryRunsOutOnlyWhatCameLastWaits() {
    AtomicInteger passes = new AtomicInteger();
    List<Client> clients = new ArrayList<>();
    List<Integer> prompts = new ArrayList<>();
    try (MeteredDecoder decoder =
            new MeteredDecoder(
                groups -> {
                  prompts.add((int) groups.stream().filter(one -> one.count() > 1).count());
                  return groups.size();
                },
                2);
        Scheduler scheduler = decoder.decoding(AMPLE).scheduler(passes::incrementAndGet)) {
      for (int newTokens : new int[] {30, 20}) {
        clients.add(new Client(passes));
        scheduler.add(text(40 + newTokens, newTokens), clients.get(clients.size() - 1));
      }
      for (int turn = 0; turn < 5; turn++) {
        scheduler.step();
      }
      clients.add(new Client(passes));
      scheduler.add(text(42, 5), clients.get(2));
      scheduler.step();
      assertThat(scheduler.wantsMore()).as("more images are taken").isTrue();
      run(scheduler);
      long booked =
          clients.stream().mapToLong(client -> client.answers.get(0).work().heads()).sum();
      assertThat(booked).as("no token twice").isEqualTo(30 + 20 + 5 + 1);
      assertThat(decoder.ran())
          .isEqualTo(
              clients.stream()
                  .map(client -> client.answers.get(0).work())
                  .reduce(PassWork.NONE, PassWork::plus));
    }
    assertThat(prompts.stream().mapToInt(count -> count).sum())
        .as("the third one's prompt is tried once more")
        .isEqualTo(1 + 2 + 2);
    assertThat(clients.get(0).after).as("one pass failed").isEqualTo(31);
    assertThat(clients.get(1).after).isEqualTo(21);
    assertThat(clients.get(2).after).isEqualTo(21 + 5);
  }

  /** The host fails when the last tokens are there, and the work for them is not booked. */
  @Test
  void aFailureBehindAPassFailsWhoWasAnsweredInItWithItsCause() {
    for (int groups : new int[] {1, 3}) {
      List<Client> clients = new ArrayList<>();
      RuntimeException why = new IllegalStateException("behind the pass");
      try (MeteredDecoder decoder = new MeteredDecoder(rows -> 0, 0);
          Scheduler scheduler =
              new GreedyDecoding(decoder.passes(() -> throwIt(why)), AMPLE).scheduler(() -> {})) {
        for (int g = 0; g < groups; g++) {
          clients.add(new Client(new AtomicInteger()));
          scheduler.add(text(40 + g, 1), clients.get(g));
        }
        run(scheduler);
      }
      assertThat(clients).allMatch(client -> client.failure == why);
    }
  }

  private static void throwIt(RuntimeException why) {
    throw why;
  }

  @Test
  void aLostDeviceIsTheCallersAffair() {
    Client first = new Client(new AtomicInteger());
    Client second = new Client(new AtomicInteger());
    AtomicInteger asked = new AtomicInteger();
    try (MeteredDecoder decoder =
            new MeteredDecoder(
                rows -> {
                  if (asked.incrementAndGet() > 3) {
                    throw DeviceFailures.broken();
                  }
                  return 0;
                },
                0);
        Scheduler scheduler = decoder.decoding(new PassLimits(1, 9, 30)).scheduler(() -> {})) {
      scheduler.add(text(40, 20), first);
      scheduler.add(text(41, 20), second);
      assertThatThrownBy(() -> run(scheduler)).isInstanceOf(TorchException.class);
      assertThat(first.ended()).isFalse();
      RuntimeException why = new IllegalStateException("lost");
      scheduler.fail(why);
      assertThat(first.failure).isSameAs(why);
      assertThat(second.failure).isSameAs(why);
      assertThat(scheduler.busy()).isFalse();
    }
  }

  @Test
  void whatIsCancelledBeforeItsTurnDoesNotRun() {
    AtomicInteger passes = new AtomicInteger();
    Client client = new Client(passes);
    try (MeteredDecoder decoder = new MeteredDecoder(groups -> 0, 0);
        Scheduler scheduler = decoder.decoding(AMPLE).scheduler(passes::incrementAndGet)) {
      scheduler.add(text(40, 20, 20), client);
      client.cancelled = true;
      run(scheduler);
      assertThat(decoder.ran()).isEqualTo(PassWork.NONE);
    }
    assertThat(passes).hasValue(0);
    assertThat(client.answers).extracting(Generation::finish).containsOnly(Finish.ABANDONED);
  }

  @Test
  void moreIsWelcomeUntilAPassIsFull() {
    try (MeteredDecoder decoder = new MeteredDecoder(groups -> 0, 0);
        Scheduler scheduler = decoder.decoding(new PassLimits(1, 20, 1000)).scheduler(() -> {})) {
      AtomicInteger passes = new AtomicInteger();
      for (int g = 0; g < 3; g++) {
        assertThat(scheduler.wantsMore()).isTrue();
        scheduler.add(text(40 + g, 2), new Client(passes));
      }
      assertThat(scheduler.wantsMore()).isFalse();
      scheduler.step();
      assertThat(scheduler.wantsMore()).isTrue();
      run(scheduler);
    }
  }
}
