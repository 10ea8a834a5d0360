package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PlainDecoder;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Finish;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.pruning.TestCuts;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.EvidenceRows;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.SeenTokens;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Visual tokens that leave the decoder between layers, against sequences computed one by one. */
@Tag("model")
class LayerCutTest {

  static final String INPUT = "wide.png@crop";
  private static final int NEW_TOKENS = 4;

  /** From one question that is looked at to the next, which is in another pack. */
  private static final int STEP = 7;

  static Map<String, List<LayerCut>> cuts(int tokens) {
    Map<String, List<LayerCut>> cuts = new LinkedHashMap<>();
    for (String method :
        List.of(
            "fastv:layer=1",
            "fastv:layer=2,tokens=9",
            "fastv:layer=2,tokens=30,variant=rows",
            "pact:layer=1",
            "pact:cutoff=0.05,layer=2,positions=packed",
            "vtw:layer=1",
            "pyramiddrop:layers=1/2",
            "dart:layer=1,tokens=24",
            "v2drop:layers=1/2,ratios=0.5/0.3",
            "sparsevlm:budgets=40/9,layers=0/1",
            "sparsevlm:budgets=40/9,layers=0/1,version=2",
            "priortr:layer=1,tokens=30",
            "priortr:layer=2,positions=packed,query=last,tokens=9",
            "clse:layers=1/2,tokens=20")) {
      cuts.put(method, methodCuts(method, tokens));
    }
    cuts.put(
        "for all, earlier rows too, then for each",
        List.of(
            new TestCuts.Emptying(
                new TestCuts.Ranked(1, 0.3, CutPositions.KEPT, List.of(new Evidence.Hidden(0)))),
            new TestCuts.Ranked(
                2, 0.5, CutPositions.PACKED, List.of(new Evidence.LastRowAttention(1)))));
    cuts.put(
        "for all, then earlier rows of each",
        List.of(
            new TestCuts.Ranked(1, 0.6, CutPositions.PACKED, List.of(new Evidence.Hidden(1))),
            new TestCuts.Emptying(
                new TestCuts.Ranked(
                    2, 0.2, CutPositions.PACKED, List.of(new Evidence.LastRowAttention(2))))));
    cuts.put(
        "question after question, packed",
        List.of(
            new TestCuts.Ranked(
                1, 0.4, CutPositions.PACKED, List.of(new Evidence.LastRowAttention(0))),
            new TestCuts.Ranked(
                2, 0.5, CutPositions.PACKED, List.of(new Evidence.LastRowAttention(1)))));
    cuts.put(
        "image, then question",
        List.of(
            new TestCuts.Ranked(
                1,
                0.5,
                CutPositions.PACKED,
                List.of(new Evidence.Hidden(0), new Evidence.Hidden(1), new Evidence.Keys(0))),
            new TestCuts.Ranked(
                2,
                0.3,
                CutPositions.KEPT,
                List.of(
                    new Evidence.Hidden(1),
                    new Evidence.LastRowAttention(2),
                    new Evidence.Keys(1)))));
    cuts.put(
        "question by all evidence",
        List.of(
            new TestCuts.Ranked(
                2,
                0.1,
                CutPositions.KEPT,
                List.of(
                    new Evidence.Hidden(2),
                    new Evidence.Hidden(1, EvidenceRows.VISUAL, true),
                    new Evidence.LastRowAttention(0),
                    new Evidence.LastRowAttention(2),
                    new Evidence.Keys(1)))));
    cuts.put(
        "by attention and values, then again",
        List.of(
            new TestCuts.Ranked(1, 0.4, CutPositions.PACKED, List.of(new Evidence.LastRowFlow(0))),
            new TestCuts.Ranked(2, 0.5, CutPositions.KEPT, List.of(new Evidence.LastRowFlow(1)))));
    cuts.put(
        "nothing for all, then what is ahead of it",
        List.of(
            new TestCuts.Ranked(1, 0, CutPositions.PACKED, List.of()),
            new TestCuts.Ranked(
                2,
                0,
                CutPositions.PACKED,
                List.of(new Evidence.LastRowAttention(2), new Evidence.Hidden(2)))));
    cuts.put(
        "few by what is seen, then for each question",
        List.of(
            methodCuts("pact:layer=1", tokens).get(0),
            new TestCuts.Ranked(
                2,
                0.5,
                CutPositions.KEPT,
                List.of(new Evidence.Keys(1), new Evidence.TextRelevance()))));
    cuts.put(
        "sums for all, then for each",
        List.of(
            new TestCuts.Halved(1, CutPositions.KEPT, List.of()),
            new TestCuts.Halved(
                2, CutPositions.PACKED, List.of(new Evidence.LastRowAttention(1)))));
    cuts.put(
        "sums for each, with their tokens' positions",
        List.of(
            new TestCuts.Halved(1, CutPositions.KEPT, List.of(new Evidence.LastRowAttention(1)))));
    return cuts;
  }

  private static List<LayerCut> methodCuts(String method, int tokens) {
    return TokenReducers.of(MethodSpec.parse(method)).cuts(tokens, 3);
  }

  /** Different questions about one image; more than one pack where each has tokens of its own. */
  static PromptGroup questions(
      GoldenModel golden, ProjectedTokens visual, List<LayerCut> cuts, int count) {
    JsonNode one =
        golden.list("cases").stream()
            .filter(node -> node.get("input").asText().equals(INPUT))
            .findFirst()
            .orElseThrow();
    PromptGroup group = GoldenModel.group(List.of(one), visual, NEW_TOKENS);
    List<int[]> suffixes = new ArrayList<>();
    for (int q = 0; q < count; q++) {
      int[] suffix = group.suffixes().get(0);
      suffix = Arrays.copyOf(suffix, suffix.length + q % 3);
      for (int i = 0; i < suffix.length; i++) {
        suffix[i] = 20 + (suffix[i] + 31 * q) % 500;
      }
      suffixes.add(suffix);
    }
    List<GenerationLimits> limits =
        suffixes.stream().map(suffix -> new GenerationLimits(NEW_TOKENS, 0)).toList();
    return new PromptGroup(group.prefix(), group.visualSlots()[0], visual, cuts, suffixes, limits);
  }

  /** The same questions with text between the visual tokens, which are in runs of any length. */
  private static PromptGroup framed(PromptGroup group, int... texts) {
    ProjectedTokens visual = group.visual();
    int[] runs = new int[texts.length + 1];
    int left = visual.tokens();
    for (int run = 0; run < texts.length; run++) {
      runs[run] = run == 1 ? 0 : left / 3; // a method may leave nothing of a view
      left -= runs[run];
    }
    runs[texts.length] = left;
    IntStream.Builder ids = IntStream.builder();
    IntStream.of(group.prefix()).forEach(ids::add);
    IntStream.Builder slots = IntStream.builder().add(group.prefix().length - 1);
    int end = group.prefix().length;
    for (int text : texts) {
      IntStream.range(0, text).map(i -> 40 + 7 * i).forEach(ids::add);
      ids.add(group.prefix()[group.prefix().length - 1]);
      end += text + 1;
      slots.add(end - 1);
    }
    ProjectedTokens inRuns =
        new ProjectedTokens(
            visual.rows(), IntStream.of(runs).boxed().toList(), visual.projections());
    return new PromptGroup(
        ids.build().toArray(),
        group.system(),
        slots.build().toArray(),
        VisualRows.packed(inRuns),
        group.cuts(),
        group.first(),
        group.suffixes(),
        group.limits());
  }

  /** Every second group has text between its visual tokens. */
  @Test
  void cutsAnswerAsThePlainDecoderAloneAndInOneBatch() throws IOException {
    try (GoldenModel golden = new GoldenModel("gqa", Precision.FP32);
        ProjectedTokens visual = golden.project(INPUT, "none")) {
      PlainDecoder plain = new PlainDecoder(golden.model.checkpoint());
      float[] rows = golden.model.floats(visual.rows());
      GreedyDecoding decoding = golden.decoding(new StopTokens(List.of()));
      List<PromptGroup> groups = new ArrayList<>();
      groups.add(questions(golden, visual, List.of(), 2));
      Map<String, List<LayerCut>> all = cuts(visual.tokens());
      all.values().forEach(cuts -> groups.add(questions(golden, visual, cuts, 8)));
      for (int g = 1; g < groups.size(); g += 2) {
        groups.set(g, framed(groups.get(g), 2, 1, 3));
      }
      List<List<Generation>> together = decoding.generate(groups);
      for (int g = 0; g < groups.size(); g++) {
        PromptGroup group = groups.get(g);
        String what = g == 0 ? "none" : List.copyOf(all.keySet()).get(g - 1);
        for (int q = 0; q < group.suffixes().size(); q += STEP) {
          PromptGroup alone = group.part(q, q + 1);
          int[] ids = together.get(g).get(q).ids();
          assertThat(decoding.generate(List.of(alone)).get(0).get(0).ids())
              .as(what)
              .containsExactly(ids);
          if (q + STEP >= group.suffixes().size()) { // the slow decoder hears only the last
            check(plain, alone, rows, golden.model.logits(alone), ids, what + " question " + q);
          }
        }
      }
    }
    assertThat(OpenValues.count()).isZero();
  }

  // Each step's logits of the plain decoder choose the same id; the first step's are all close.
  static void check(
      PlainDecoder plain,
      PromptGroup group,
      float[] visual,
      float[] logits,
      int[] ids,
      String what) {
    List<double[]> steps = plain.logits(group, visual, Arrays.copyOf(ids, ids.length - 1));
    for (int made = 0; made < ids.length; made++) {
      double[] expected = steps.get(made);
      if (made == 0) {
        float[] wanted = new float[expected.length];
        IntStream.range(0, wanted.length).forEach(i -> wanted[i] = (float) expected[i]);
        ModelGoldenTest.assertClose(logits, wanted, what);
      }
      double best = Arrays.stream(expected).max().orElseThrow();
      assertThat(expected[ids[made]]).as(what + " step " + made).isGreaterThan(best - 1e-3);
    }
  }

  /** transformers' own layers called one by one, with rows taken out by hand. */
  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa"})
  void fixedCutsAnswerAsTheReference(String checkpoint) throws IOException {
    try (GoldenModel golden = new GoldenModel(checkpoint, Precision.FP32);
        ProjectedTokens visual = golden.project(INPUT, "none")) {
      GreedyDecoding decoding = golden.decoding(new StopTokens(List.of()));
      List<JsonNode> cases = new ArrayList<>();
      List<PromptGroup> groups = new ArrayList<>();
      for (JsonNode one : Goldens.json("cuts/cuts.json").get("cases")) {
        if (one.get("checkpoint").asText().equals(checkpoint)) {
          for (boolean perQuestion : new boolean[] {false, true}) {
            cases.add(one);
            groups.add(fixed(golden, one, visual, perQuestion));
          }
        }
      }
      List<List<Generation>> together = decoding.generate(groups);
      for (int i = 0; i < cases.size(); i++) {
        JsonNode one = cases.get(i);
        String name = checkpoint + " " + one.get("name").asText();
        int steps = GoldenModel.comparable(one.get("margins"));
        int[] expected = Arrays.copyOf(Goldens.ints(one.get("greedy")), steps);
        Stream<Generation> alone = decoding.generate(List.of(groups.get(i))).get(0).stream();
        assertThat(Stream.concat(alone, together.get(i).stream()))
            .as(name)
            .allSatisfy(
                answer -> assertThat(Arrays.copyOf(answer.ids(), steps)).isEqualTo(expected));
        float[] first = Goldens.floats(one.get("logits"));
        float[] logits = golden.model.logits(groups.get(i).part(0, 1));
        ModelGoldenTest.assertClose(Arrays.copyOf(logits, first.length), first, name);
      }
    }
  }

  // Twice the same question: neither may see the other.
  private static PromptGroup fixed(
      GoldenModel golden, JsonNode one, ProjectedTokens visual, boolean perQuestion) {
    int[] ids = Goldens.ints(one.get("ids"));
    int placeholder = golden.model.checkpoint().config().imageTokenId();
    int slot =
        IntStream.range(0, ids.length).filter(i -> ids[i] == placeholder).findFirst().orElseThrow();
    List<LayerCut> cuts = new ArrayList<>();
    List<Integer> left = IntStream.range(0, visual.tokens()).boxed().toList();
    for (JsonNode cut : one.get("cuts")) {
      int layer = cut.get("layer").asInt();
      List<Evidence> sees =
          perQuestion ? List.of(new Evidence.LastRowAttention(layer - 1)) : List.of();
      List<Integer> kept = IntStream.of(Goldens.ints(cut.get("kept"))).boxed().toList();
      // The file numbers the first layer's tokens, a cut those that have come so far.
      List<Integer> places = kept.stream().map(left::indexOf).toList();
      cuts.add(new TestCuts.Fixed(layer, places, sees));
      left = kept;
    }
    int[] suffix = Arrays.copyOfRange(ids, slot + 1, ids.length);
    GenerationLimits limits = new GenerationLimits(one.get("greedy").size(), 0);
    return new PromptGroup(
        Arrays.copyOf(ids, slot + 1),
        slot,
        visual,
        cuts,
        List.of(suffix, suffix),
        List.of(limits, limits));
  }

  /**
   * transformers' own layers, with the rows taken out that the authors' functions choose: one
   * question, two of them, and all methods in one batch.
   */
  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa"})
  void methodsAnswerAsTheReference(String checkpoint) throws IOException {
    try (GoldenModel golden = new GoldenModel(checkpoint, Precision.FP32);
        ProjectedTokens visual = golden.project(INPUT, "none")) {
      GreedyDecoding decoding = golden.decoding(new StopTokens(List.of()));
      List<JsonNode> cases = new ArrayList<>();
      List<PromptGroup> groups = new ArrayList<>();
      for (JsonNode one : Goldens.json("cuts/layers.json").get("cases")) {
        if (one.get("checkpoint").asText().equals(checkpoint)) {
          cases.add(one);
          groups.add(recorded(golden, one, visual));
        }
      }
      assertThat(cases).hasSize(13);
      List<List<Generation>> together = decoding.generate(groups);
      for (int i = 0; i < cases.size(); i++) {
        JsonNode one = cases.get(i);
        String name = checkpoint + " " + one.get("method").asText();
        int steps = GoldenModel.comparable(one.get("margins"));
        int[] expected = Arrays.copyOf(Goldens.ints(one.get("greedy")), steps);
        Stream<Generation> alone =
            decoding.generate(List.of(groups.get(i).part(0, 1))).get(0).stream();
        assertThat(Stream.concat(alone, together.get(i).stream()))
            .as(name)
            .allSatisfy(
                answer -> assertThat(Arrays.copyOf(answer.ids(), steps)).isEqualTo(expected));
        float[] first = Goldens.floats(one.get("logits"));
        float[] logits = golden.model.logits(groups.get(i).part(0, 1));
        ModelGoldenTest.assertClose(Arrays.copyOf(logits, first.length), first, name);
        for (int cut = 0; cut < one.get("kept").size(); cut++) {
          int[] kept = Goldens.ints(one.get("kept").get(cut));
          TestCuts.Recorded recorded = (TestCuts.Recorded) groups.get(i).cuts().get(cut);
          assertThat(recorded.kept)
              .as(name)
              .isNotEmpty()
              .allSatisfy(
                  each -> assertThat(Arrays.copyOf(each.tokens(), kept.length)).isEqualTo(kept));
        }
      }
    }
    assertThat(OpenValues.count()).isZero();
  }

  private static PromptGroup recorded(GoldenModel golden, JsonNode one, ProjectedTokens visual) {
    int[] ids = Goldens.ints(one.get("ids"));
    int placeholder = golden.model.checkpoint().config().imageTokenId();
    int slot =
        IntStream.range(0, ids.length).filter(i -> ids[i] == placeholder).findFirst().orElseThrow();
    int[] suffix = Arrays.copyOfRange(ids, slot + 1, ids.length);
    GenerationLimits limits = new GenerationLimits(one.get("greedy").size(), 0);
    List<LayerCut> cuts =
        methodCuts(one.get("method").asText(), visual.tokens()).stream()
            .map(cut -> (LayerCut) new TestCuts.Recorded(cut))
            .toList();
    return new PromptGroup(
        Arrays.copyOf(ids, slot + 1),
        slot,
        visual,
        cuts,
        List.of(suffix, suffix),
        List.of(limits, limits));
  }

  /** A stranger's cut: what it does wrong is told to its own questions, and the others go on. */
  @Test
  void aCutThatFailsFailsOnlyItsOwnQuestions() throws IOException {
    Map<LayerCut, String> wrong = new LinkedHashMap<>();
    for (List<Integer> kept : List.of(List.of(2, 2), List.of(3, 1), List.of(0, 576))) {
      wrong.put(
          new TestCuts.Fixed(1, kept, List.of()),
          "must keep 2 of 576 tokens, in ascending order, but gave [");
    }
    wrong.put(new Failing(seen -> null), "the method gave nothing");
    wrong.put(new Failing(seen -> new KeptTokens(null, null)), "NullPointerException");
    wrong.put(new Failing(seen -> KeptTokens.of(1)), "must keep 2 of 576 tokens");
    wrong.put(
        new Failing(seen -> new KeptTokens(new int[] {1, 2}, new float[7])),
        "[1, 2] and 7 weights");
    float[] bad = new float[576];
    bad[3] = Float.NaN;
    wrong.put(new Failing(seen -> new KeptTokens(new int[] {1, 2}, bad)), "the weight NaN");
    wrong.put(
        new TestCuts.Emptying(
            new Failing(seen -> new KeptTokens(new int[] {1, 2}, new float[576]))),
        "a sum of tokens has no row in the layers before");
    wrong.put(new Failing(seen -> seen.of(new Evidence.Keys(2))[0] > 0 ? null : null), "Exception");
    wrong.put(
        new Failing(
            seen -> {
              throw new NoSuchMethodError("gone");
            }),
        "the method failed with java.lang.NoSuchMethodError: gone");
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32);
        ProjectedTokens visual = golden.project(INPUT, "none")) {
      GreedyDecoding decoding = golden.decoding(new StopTokens(List.of()));
      PromptGroup fine = questions(golden, visual, methodCuts("fastv:layer=1", 576), 3);
      List<PromptGroup> groups = new ArrayList<>(List.of(fine));
      wrong.keySet().forEach(cut -> groups.add(questions(golden, visual, List.of(cut), 2)));
      // One of eight questions, which are more than one pack.
      groups.add(questions(golden, visual, List.of(new ThirdTime()), 8));
      List<List<Generation>> answers = decoding.generate(groups);
      List<Generation> alone = decoding.generate(List.of(fine)).get(0);
      for (int q = 0; q < alone.size(); q++) {
        assertThat(answers.get(0).get(q).ids()).isEqualTo(alone.get(q).ids());
      }
      int g = 1;
      for (String message : wrong.values()) {
        assertThat(answers.get(g++))
            .allSatisfy(
                answer -> {
                  assertThat(answer.finish()).isEqualTo(Finish.REDUCTION_FAILED);
                  assertThat(answer.failure().orElseThrow())
                      .startsWith("Cannot cut before layer 1: ")
                      .contains(message);
                });
      }
      assertThat(answers.get(g))
          .extracting(Generation::finish)
          .containsOnly(Finish.LENGTH, Finish.REDUCTION_FAILED)
          .filteredOn(finish -> finish == Finish.REDUCTION_FAILED)
          .hasSize(1);
    }
    assertThat(OpenValues.count()).isZero();
  }

  private record Failing(Function<SeenTokens, KeptTokens> rule) implements LayerCut {
    @Override
    public int layer() {
      return 1;
    }

    @Override
    public CutPositions positions() {
      return CutPositions.KEPT;
    }

    @Override
    public List<Evidence> sees() {
      return List.of();
    }

    @Override
    public int count(int tokens) {
      return 2;
    }

    @Override
    public KeptTokens keep(SeenTokens seen) {
      return rule.apply(seen);
    }
  }

  private static final class ThirdTime implements LayerCut {
    private int times;

    @Override
    public int layer() {
      return 1;
    }

    @Override
    public CutPositions positions() {
      return CutPositions.PACKED;
    }

    @Override
    public List<Evidence> sees() {
      return List.of(new Evidence.LastRowAttention(0));
    }

    @Override
    public int count(int tokens) {
      return 2;
    }

    @Override
    public synchronized KeptTokens keep(SeenTokens seen) {
      return ++times == 3 ? KeptTokens.of(9, 9) : KeptTokens.of(4, 5);
    }
  }
}
