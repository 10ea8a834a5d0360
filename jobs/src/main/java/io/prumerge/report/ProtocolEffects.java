package io.prumerge.report;

import io.prumerge.metric.Comparison;
import io.prumerge.metric.Contrast;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.metric.RunProtocol;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.store.EfficiencyRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Finds what moves the figures of runs about videos: no test is made but those of the report. */
final class ProtocolEffects {

  private static final Comparator<ProtocolEffect> ORDER =
      Comparator.comparing(ProtocolEffect::benchmark)
          .thenComparing(ProtocolEffect::split)
          .thenComparing(ProtocolEffect::kind);

  private final Report report;
  private final MethodNames names;
  private final Map<String, MethodKey> methods = new HashMap<>();
  private final Map<String, String> profiles = new HashMap<>();
  private final List<Contrast> beside;
  private final List<ProtocolEffect> effects = new ArrayList<>();

  private ProtocolEffects(Report report) {
    this.report = report;
    this.names = report.names();
    this.beside = FrameControls.beside(report.efficiency(), report.baseline());
    names.all().forEach(one -> methods.put(names.name(one), one));
    report.results().stream()
        .filter(MethodResult::isOwnProfile)
        .forEach(one -> profiles.put(one.key().benchmark(), one.key().profile()));
  }

  /** Returns the effects, by benchmark and kind; none of a report without videos. */
  static List<ProtocolEffect> of(Report report) {
    ProtocolEffects found = new ProtocolEffects(report);
    if (found.names.all().stream().allMatch(one -> found.protocol(one).isEmpty())) {
      return List.of();
    }
    report.contrasts().stream().filter(row -> !row.isRetention()).forEach(found::ofContrast);
    report.results().stream().filter(MethodResult::isOwnProfile).forEach(found::ofMethod);
    return found.effects.stream().sorted(ORDER).toList();
  }

  private Optional<RunProtocol> protocol(MethodKey one) {
    return RunProtocol.of(names.protocol(one.runId()).orElse(""));
  }

  private void ofContrast(ContrastResult row) {
    MethodKey a = methods.get(row.a());
    MethodKey b = methods.get(row.b());
    if (a == null || b == null || protocol(a).isEmpty() || protocol(b).isEmpty()) {
      return;
    }
    kind(a, b)
        .ifPresentOrElse(
            kind -> add(row, kind, a, b, row.comparison()),
            () -> kind(b, a).ifPresent(kind -> add(row, kind, b, a, row.comparison().reversed())));
  }

  /** Returns what the difference is of; empty if it is none of these, or the other way round. */
  private Optional<EffectKind> kind(MethodKey a, MethodKey b) {
    if (a.runId().equals(b.runId())) {
      return beside.stream().anyMatch(one -> one.a().equals(a) && one.b().equals(b))
          ? Optional.of(EffectKind.CONTROL)
          : Optional.empty();
    }
    boolean ofModel =
        a.model().equals(b.model())
            && a.method().equals(report.baseline())
            && b.method().equals(report.baseline());
    RunProtocol own = protocol(a).orElseThrow();
    RunProtocol other = protocol(b).orElseThrow();
    if (ofModel && own.isOtherRule(other)) {
      return Optional.of(EffectKind.FRAMES);
    }
    if (ofModel && own.isHalfOf(other)) {
      return Optional.of(EffectKind.NUMBER);
    }
    return ofModel && !own.equals(other) && !other.isHalfOf(own)
        ? Optional.of(EffectKind.PROTOCOL)
        : Optional.empty();
  }

  private void add(
      ContrastResult row, EffectKind kind, MethodKey a, MethodKey b, Comparison comparison) {
    effects.add(
        new ProtocolEffect(
            a.model(),
            row.benchmark(),
            row.split(),
            profiles.getOrDefault(row.benchmark(), ""),
            row.metric(),
            kind,
            a.runId(),
            protocol(a).orElseThrow().toString(),
            a.method(),
            tokens(a, row.benchmark(), row.split()),
            b.runId(),
            protocol(b).orElseThrow().toString(),
            b.method(),
            tokens(b, row.benchmark(), row.split()),
            comparison,
            row.questions().both(),
            errors(a, row.benchmark(), row.split()),
            errors(b, row.benchmark(), row.split()),
            row.clusters().orElse(0L)));
  }

  private void ofMethod(MethodResult result) {
    MethodKey a = MethodKey.of(result.key());
    MethodKey b = new MethodKey(a.runId(), a.model(), report.baseline());
    Optional<RunProtocol> seen = protocol(a);
    if (seen.isEmpty() || a.equals(b)) {
      return;
    }
    for (Metric metric : result.metrics()) {
      if (metric.headline() && metric.comparison().isPresent()) {
        effects.add(
            new ProtocolEffect(
                a.model(),
                result.key().benchmark(),
                result.key().split(),
                result.key().profile(),
                metric.name(),
                FrameControls.isHalf(a.method(), seen.get().frames())
                    ? EffectKind.NUMBER
                    : EffectKind.METHOD,
                a.runId(),
                seen.get().toString(),
                a.method(),
                tokens(a, result.key().benchmark(), result.key().split()),
                b.runId(),
                seen.get().toString(),
                b.method(),
                tokens(b, result.key().benchmark(), result.key().split()),
                metric.comparison().get(),
                metric.counts().n(),
                result.counts().errors(),
                errors(b, result.key().benchmark(), result.key().split()),
                metric.counts().clusters()));
      }
    }
  }

  private long errors(MethodKey who, String benchmark, String split) {
    return report.results().stream()
        .filter(MethodResult::isOwnProfile)
        .filter(one -> MethodKey.of(one.key()).equals(who))
        .filter(one -> one.key().benchmark().equals(benchmark) && one.key().split().equals(split))
        .mapToLong(one -> one.counts().errors())
        .sum();
  }

  private OptionalDouble tokens(MethodKey who, String benchmark, String split) {
    return report.efficiency().stream()
        .filter(row -> MethodKey.of(row).equals(who))
        .filter(row -> row.benchmark().equals(benchmark) && row.split().equals(split))
        .filter(row -> !row.isCountedInPart())
        .findFirst()
        .map((EfficiencyRow row) -> row.visualTokens().layerMean())
        .orElse(OptionalDouble.empty());
  }
}
