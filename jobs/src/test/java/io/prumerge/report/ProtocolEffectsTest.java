package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.Few;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Rows;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.run.StandardContrasts;
import io.prumerge.score.Scores;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.StudentT;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Made-up answers to questions about clips of some videos, under several protocols. */
@Tag("spark")
class ProtocolEffectsTest {

  private static final int VIDEOS = 14;
  private static final int CLIPS = 3;
  private static final String PRUNED = "divprune:tokens=25%";

  /** Which of a result's answers are right: video by video, clip by clip. */
  private final Map<MethodKey, boolean[]> right = new LinkedHashMap<>();

  private final Map<String, String> protocols = new HashMap<>();

  private MethodKey answers(String run, String protocol, String method, double share) {
    MethodKey key = new MethodKey(run, "mini", method);
    Random random = new Random((run + method).hashCode());
    boolean[] answers = new boolean[VIDEOS * CLIPS];
    for (int video = 0; video < VIDEOS; video++) {
      double own = share + random.nextGaussian() / 8;
      for (int clip = 0; clip < CLIPS; clip++) {
        answers[video * CLIPS + clip] = random.nextDouble() < own;
      }
    }
    right.put(key, answers);
    if (protocol != null) {
      protocols.put(run, protocol);
    }
    return key;
  }

  private Report report() {
    List<Row> predictions = new ArrayList<>();
    List<String> references = new ArrayList<>();
    for (int i = 0; i < VIDEOS * CLIPS; i++) {
      references.addAll(List.of("q" + i, "yes"));
      for (MethodKey key : right.keySet()) {
        String protocol = protocols.get(key.runId());
        String video = protocol == null ? null : "film" + i / CLIPS + ".mp4";
        predictions.add(
            Rows.prediction(
                "run_id",
                key.runId(),
                "benchmark",
                "gqa",
                "category",
                null,
                "method",
                key.method(),
                "question_id",
                "q" + i,
                "image_id",
                video + "#t=" + i + "," + (i + 1),
                "image_sha256",
                "frames " + i + protocol,
                "protocol",
                protocol,
                "video",
                video,
                "visual_tokens_layer_mean",
                tokens(key.method()),
                "answer",
                right.get(key)[i] ? "yes" : "no"));
      }
    }
    Dataset<Row> rows = Rows.predictions(predictions);
    Dataset<Row> scores =
        new Scores(Benchmarks.KNOWN)
            .of(
                rows,
                Rows.questions(predictions, references.toArray(String[]::new)),
                Benchmark.OFFICIAL);
    Inference inference =
        Few.REPLICATES
            .comparing(
                StandardContrasts.added(
                    List.of(), List.copyOf(right.keySet()), Inference.BASELINE, protocols))
            .under(protocols);
    return Report.of(rows, scores, inference);
  }

  private static double tokens(String method) {
    return switch (method) {
      case "none" -> 1569;
      case "frames=4" -> 785;
      case PRUNED -> 392;
      case "fastv:layer=2,tokens=25%" -> 410;
      case "prumerge" -> 250;
      default -> 393;
    };
  }

  /** The definition: the residuals of the difference are summed per video. */
  private Comparison expected(MethodKey a, MethodKey b) {
    int questions = VIDEOS * CLIPS;
    double[] differences = new double[questions];
    double mean = 0;
    for (int i = 0; i < questions; i++) {
      differences[i] = 100.0 * ((right.get(a)[i] ? 1 : 0) - (right.get(b)[i] ? 1 : 0));
      mean += differences[i] / questions;
    }
    double squares = 0;
    for (int video = 0; video < VIDEOS; video++) {
      double residual = 0;
      for (int clip = 0; clip < CLIPS; clip++) {
        residual += (differences[video * CLIPS + clip] - mean) / questions;
      }
      squares += residual * residual;
    }
    Interval interval =
        StudentT.interval(mean, Math.sqrt(squares * VIDEOS / (VIDEOS - 1.0)), VIDEOS);
    return new Comparison(mean, Optional.of(interval), Optional.empty());
  }

  private ProtocolEffect find(List<ProtocolEffect> all, MethodKey a, MethodKey b) {
    return all.stream()
        .filter(one -> one.a().equals(a) && one.b().equals(b))
        .reduce(
            (one, other) -> {
              throw new AssertionError("Twice: " + one);
            })
        .orElseThrow(() -> new AssertionError("No " + a + " minus " + b));
  }

  private void check(List<ProtocolEffect> all, EffectKind kind, MethodKey a, MethodKey b) {
    ProtocolEffect found = find(all, a, b);
    Comparison expected = expected(a, b);
    assertThat(found.kind()).isEqualTo(kind);
    assertThat(found.comparison().delta()).isCloseTo(expected.delta(), within(1e-9));
    assertThat(found.comparison().interval().orElseThrow().low())
        .isCloseTo(expected.interval().orElseThrow().low(), within(1e-9));
    assertThat(found.comparison().interval().orElseThrow().high())
        .isCloseTo(expected.interval().orElseThrow().high(), within(1e-9));
    assertThat(found.questions()).isEqualTo(VIDEOS * CLIPS);
    assertThat(found.videos()).isEqualTo(VIDEOS);
    assertThat(found.profile()).isEqualTo(Benchmark.OFFICIAL);
    assertThat(found.protocolA()).isEqualTo(protocols.get(a.runId()));
    assertThat(found.protocolB()).isEqualTo(protocols.get(b.runId()));
  }

  @Test
  void framesTheirNumberAndMethodsAreTestedAlike() {
    MethodKey lmms4 = answers("1", "lmms-eval:4", "none", 0.55);
    MethodKey lmms8 = answers("2", "lmms-eval:8", "none", 0.7);
    MethodKey pruned = answers("2", "lmms-eval:8", PRUNED, 0.5);
    MethodKey cut = answers("2", "lmms-eval:8", "fastv:layer=2,tokens=25%", 0.4);
    MethodKey own = answers("2", "lmms-eval:8", "prumerge", 0.4);
    MethodKey two = answers("2", "lmms-eval:8", "frames=2", 0.6);
    MethodKey four = answers("2", "lmms-eval:8", "frames=4", 0.65);
    MethodKey qwen8 = answers("3", "qwen2:8", "none", 0.75);
    MethodKey qwenPruned = answers("3", "qwen2:8", PRUNED, 0.5);
    MethodKey intern8 = answers("4", "internvl:8", "none", 0.6);

    Report report = report();

    List<ProtocolEffect> effects = report.protocols();
    check(effects, EffectKind.FRAMES, qwen8, lmms8);
    check(effects, EffectKind.FRAMES, intern8, lmms8);
    check(effects, EffectKind.FRAMES, intern8, qwen8);
    check(effects, EffectKind.NUMBER, lmms4, lmms8);
    check(effects, EffectKind.NUMBER, four, lmms8);
    check(effects, EffectKind.METHOD, pruned, lmms8);
    check(effects, EffectKind.METHOD, cut, lmms8);
    check(effects, EffectKind.METHOD, own, lmms8);
    check(effects, EffectKind.METHOD, two, lmms8);
    check(effects, EffectKind.METHOD, qwenPruned, qwen8);
    check(effects, EffectKind.CONTROL, pruned, two);
    check(effects, EffectKind.CONTROL, cut, two);
    assertThat(effects).as("no control has 250 tokens, none is of qwen2:8").hasSize(12);
    assertThat(effects.stream().map(ProtocolEffect::kind)).isSorted();
    assertThat(find(effects, pruned, two).tokensA()).hasValue(392);
    assertThat(find(effects, pruned, two).tokensB()).hasValue(393);
    assertThat(report.tables().stream().map(one -> one.table().folder())).contains("protocols");
    assertThat(report.metrics())
        .allMatch(one -> one.protocol().orElse("").equals(protocols.get(one.key().runId())));
    assertThat(report.contrasts().stream().filter(one -> one.a().equals("qwen2:8 none")))
        .isNotEmpty()
        .allMatch(one -> one.protocolA().orElse("").equals("qwen2:8"))
        .allMatch(one -> one.clusters().orElse(0L) == VIDEOS);

    List<String> sentences = ProtocolSentences.of(report);
    assertThat(sentences).hasSize(2);
    assertThat(sentences.get(0))
        .startsWith("gqa test: the choice of frames moves the score by ")
        .contains("the largest of 3 pairs of rules; pruning to 25 % by ")
        .contains("pruning to each method's own number of tokens by ")
        .contains("; half as many frames by ");
    assertThat(sentences.get(1)).startsWith("gqa test: of 2 comparisons of a method with fewer");
  }

  @Test
  void withoutVideosThereIsNothing() {
    answers("1", null, "none", 0.7);
    answers("1", null, PRUNED, 0.5);

    Report report = report();

    assertThat(report.protocols()).isEmpty();
    assertThat(ProtocolText.of(report)).isEmpty();
    assertThat(ProtocolSentences.of(report)).isEmpty();
    assertThat(report.tables().stream().map(one -> one.table().folder()))
        .doesNotContain("protocols");
    assertThat(report.metrics()).allMatch(one -> one.protocol().isEmpty());
    assertThat(report.summary().stream().map(MethodSummary::protocol).collect(Collectors.toSet()))
        .containsExactly(Optional.empty());
  }
}
