package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.StudentT;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class ProtocolEffectsTest {

  private final VideoAnswers all = new VideoAnswers();

  /** The definition: the residuals of the difference are summed per video. */
  private Comparison expected(MethodKey a, MethodKey b) {
    int questions = VideoAnswers.VIDEOS * VideoAnswers.CLIPS;
    double[] differences = new double[questions];
    double mean = 0;
    for (int i = 0; i < questions; i++) {
      differences[i] = 100.0 * ((all.right.get(a)[i] ? 1 : 0) - (all.right.get(b)[i] ? 1 : 0));
      mean += differences[i] / questions;
    }
    double squares = 0;
    for (int video = 0; video < VideoAnswers.VIDEOS; video++) {
      double residual = 0;
      for (int clip = 0; clip < VideoAnswers.CLIPS; clip++) {
        residual += (differences[video * VideoAnswers.CLIPS + clip] - mean) / questions;
      }
      squares += residual * residual;
    }
    Interval interval =
        StudentT.interval(
            mean,
            Math.sqrt(squares * VideoAnswers.VIDEOS / (VideoAnswers.VIDEOS - 1.0)),
            VideoAnswers.VIDEOS);
    return new Comparison(mean, Optional.of(interval), Optional.empty());
  }

  private ProtocolEffect find(List<ProtocolEffect> effects, MethodKey a, MethodKey b) {
    return effects.stream()
        .filter(one -> one.a().equals(a) && one.b().equals(b))
        .reduce(
            (one, other) -> {
              throw new AssertionError("Twice: " + one);
            })
        .orElseThrow(() -> new AssertionError("No " + a + " minus " + b));
  }

  private void check(List<ProtocolEffect> effects, EffectKind kind, MethodKey a, MethodKey b) {
    ProtocolEffect found = find(effects, a, b);
    Comparison expected = expected(a, b);
    assertThat(found.kind()).isEqualTo(kind);
    assertThat(found.comparison().delta()).isCloseTo(expected.delta(), within(1e-9));
    assertThat(found.comparison().interval().orElseThrow().low())
        .isCloseTo(expected.interval().orElseThrow().low(), within(1e-9));
    assertThat(found.comparison().interval().orElseThrow().high())
        .isCloseTo(expected.interval().orElseThrow().high(), within(1e-9));
    assertThat(found.questions()).isEqualTo(VideoAnswers.VIDEOS * VideoAnswers.CLIPS);
    assertThat(found.videos()).isEqualTo(VideoAnswers.VIDEOS);
    assertThat(found.profile()).isEqualTo(Benchmark.OFFICIAL);
    assertThat(found.protocolA()).isEqualTo(all.protocols.get(a.runId()));
    assertThat(found.protocolB()).isEqualTo(all.protocols.get(b.runId()));
  }

  @Test
  void framesTheirNumberAndMethodsAreTestedAlike() {
    MethodKey lmms4 = all.answers("1", "lmms-eval:4", "none", 0.55);
    MethodKey lmms8 = all.answers("2", "lmms-eval:8", "none", 0.7);
    MethodKey pruned = all.answers("2", "lmms-eval:8", VideoAnswers.PRUNED, 0.5);
    MethodKey cut = all.answers("2", "lmms-eval:8", "fastv:layer=2,tokens=25%", 0.4);
    MethodKey own = all.answers("2", "lmms-eval:8", "prumerge", 0.4);
    MethodKey two = all.answers("2", "lmms-eval:8", "frames=2", 0.6);
    MethodKey four = all.answers("2", "lmms-eval:8", "frames=4", 0.65);
    MethodKey qwen8 = all.answers("3", "qwen2:8", "none", 0.75);
    MethodKey qwenPruned = all.answers("3", "qwen2:8", VideoAnswers.PRUNED, 0.5);
    MethodKey intern8 = all.answers("4", "internvl:8", "none", 0.6);

    Report report = all.report();

    List<ProtocolEffect> effects = report.protocols();
    check(effects, EffectKind.FRAMES, qwen8, lmms8);
    check(effects, EffectKind.FRAMES, intern8, lmms8);
    check(effects, EffectKind.FRAMES, intern8, qwen8);
    check(effects, EffectKind.PROTOCOL, qwen8, lmms4);
    check(effects, EffectKind.PROTOCOL, intern8, lmms4);
    check(effects, EffectKind.NUMBER, lmms4, lmms8);
    check(effects, EffectKind.NUMBER, four, lmms8);
    check(effects, EffectKind.METHOD, pruned, lmms8);
    check(effects, EffectKind.METHOD, cut, lmms8);
    check(effects, EffectKind.METHOD, own, lmms8);
    check(effects, EffectKind.METHOD, two, lmms8);
    check(effects, EffectKind.METHOD, qwenPruned, qwen8);
    check(effects, EffectKind.CONTROL, pruned, two);
    check(effects, EffectKind.CONTROL, cut, two);
    assertThat(effects).as("no control has 250 tokens, none is of qwen2:8").hasSize(14);
    assertThat(effects.stream().map(ProtocolEffect::kind)).isSorted();
    assertThat(find(effects, pruned, two).tokensA()).hasValue(392);
    assertThat(find(effects, pruned, two).tokensB()).hasValue(393);
    assertThat(report.tables().stream().map(one -> one.table().folder())).contains("protocols");
    assertThat(report.metrics())
        .allMatch(one -> one.protocol().orElse("").equals(all.protocols.get(one.key().runId())));
    assertThat(report.contrasts().stream().filter(one -> one.a().equals("qwen2:8 none")))
        .isNotEmpty()
        .allMatch(one -> one.protocolA().orElse("").equals("qwen2:8"))
        .allMatch(one -> one.clusters().orElse(0L) == VideoAnswers.VIDEOS);

    assertThat(report.efficiency())
        .allMatch(one -> one.protocol().orElse("").equals(all.protocols.get(one.runId())));
    assertThat(report.summary())
        .allMatch(one -> one.protocol().orElse("").equals(all.protocols.get(one.runId())));
    assertThat(report.leaderboard().standings())
        .isNotEmpty()
        .allMatch(one -> one.protocol().orElse("").equals(all.protocols.get(one.runId())));

    List<String> sentences = ProtocolSentences.of(report);
    assertThat(sentences).hasSize(2);
    assertThat(sentences.get(0))
        .startsWith("gqa test: the choice of frames moves the score by ")
        .contains("the largest of 3 pairs of rules; the protocol by ")
        .contains(", the largest of 2 pairs of protocols; pruning to 25 % by ")
        .contains("pruning to each method's own number of tokens by ")
        .contains("; half as many frames by ");
    assertThat(sentences.get(1))
        .startsWith("gqa test: beside fewer whole frames with as many tokens, of 2 comparisons 1 ");
  }

  @Test
  void anyTwoProtocolsAreCompared() {
    MethodKey lmms = all.answers("1", "lmms-eval:8", "none", 0.7);
    MethodKey qwen = all.answers("2", "qwen2:2fps", "none", 0.5);

    Report report = all.report();

    check(report.protocols(), EffectKind.PROTOCOL, qwen, lmms);
    assertThat(ProtocolSentences.of(report).get(0))
        .startsWith("gqa test: the protocol moves the score by ")
        .contains("(qwen2:2fps minus lmms-eval:8, 1,569 against 1,569 tokens");
    assertThat(ProtocolText.of(report).orElseThrow().cells().get(1))
        .contains("protocol", "qwen2:2fps minus lmms-eval:8");
  }

  @Test
  void errorsOfOneProtocolAreNamed() {
    MethodKey lmms = all.answers("1", "lmms-eval:8", "none", 0.7);
    MethodKey pruned = all.answers("1", "lmms-eval:8", VideoAnswers.PRUNED, 0.5);
    MethodKey qwen = all.answers("2", "qwen2:8", "none", 0.7);
    all.fail(lmms, 2);
    all.fail(pruned, 2);
    all.fail(qwen, 9);

    Report report = all.report();

    List<ProtocolEffect> effects = report.protocols();
    check(effects, EffectKind.FRAMES, qwen, lmms);
    ProtocolEffect frames = find(effects, qwen, lmms);
    assertThat(frames.errorsA()).isEqualTo(9);
    assertThat(frames.errorsB()).isEqualTo(2);
    assertThat(find(effects, pruned, lmms).hasErrorsOfOne()).isFalse();
    assertThat(ProtocolSentences.of(report).get(0))
        .containsOnlyOnce("errors count as wrong")
        .contains("; errors count as wrong: 9 of qwen2:8, 2 of lmms-eval:8)");
    assertThat(ProtocolText.of(report).orElseThrow().cells().get(1)).contains("9 / 2");
  }

  @Test
  void withoutVideosThereIsNothing() {
    all.answers("1", null, "none", 0.7);
    all.answers("1", null, VideoAnswers.PRUNED, 0.5);

    Report report = all.report();

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
