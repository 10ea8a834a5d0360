package io.prumerge.report;

import io.prumerge.metric.Inference.Contrast;
import io.prumerge.metric.MethodKey;
import io.prumerge.reduction.MethodSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The comparisons that every report makes: the retention of each method, each method and the one
 * whose number of tokens or FLOPs it takes, merging and no merging, every later model and the first
 * with the same method.
 */
public final class Claims {

  private static final String SAME_SIZE = "@";
  private static final List<String> SIZES = List.of("tokens", "flops");

  private final List<MethodKey> all;
  private final String baseline;
  private final List<Contrast> contrasts = new ArrayList<>();

  private Claims(Collection<MethodKey> all, String baseline) {
    this.all = List.copyOf(all);
    this.baseline = baseline;
  }

  /**
   * Returns the requested contrasts, then those that every report makes.
   *
   * @param asked the requested contrasts
   * @param all the report's methods
   * @param baseline the method the others are compared with
   */
  public static List<Contrast> added(
      List<Contrast> asked, Collection<MethodKey> all, String baseline) {
    Claims claims = new Claims(all, baseline);
    claims.contrasts.addAll(asked);
    claims.all.forEach(claims::withinRun);
    claims.all.forEach(claims::acrossModels);
    claims.all.forEach(claims::ofBaseline);
    return List.copyOf(claims.contrasts);
  }

  private void withinRun(MethodKey one) {
    Optional<MethodSpec> read = read(one.method());
    if (read.isEmpty()) {
      return;
    }
    MethodSpec spec = read.get();
    for (String key : SIZES) {
      String size = spec.parameters().getOrDefault(key, "");
      if (size.startsWith(SAME_SIZE)) {
        of(one, size.substring(SAME_SIZE.length()))
            .ifPresent(model -> add(model, one, Contrast.Scope.EVERYTHING));
      }
    }
    if (spec.parameters().getOrDefault("merge", "").equals("false")) {
      SortedMap<String, String> merging = new TreeMap<>(spec.parameters());
      merging.remove("merge");
      of(one, new MethodSpec(spec.name(), merging).toString())
          .ifPresent(merged -> add(merged, one, Contrast.Scope.EVERYTHING));
    }
  }

  private static Optional<MethodSpec> read(String method) {
    try {
      return Optional.of(MethodSpec.read(method));
    } catch (IllegalArgumentException e) {
      // Foreign rows may have any text here; they get no comparison.
      return Optional.empty();
    }
  }

  /** Returns another method of the same run. */
  private Optional<MethodKey> of(MethodKey one, String method) {
    MethodKey other = new MethodKey(one.runId(), one.model(), method);
    return all.contains(other) ? Optional.of(other) : Optional.empty();
  }

  /** Ids of runs sort by their start. */
  private void acrossModels(MethodKey one) {
    all.stream()
        .min(Comparator.comparing(MethodKey::runId))
        .filter(first -> !first.model().equals(one.model()))
        .flatMap(first -> of(first, one.method()))
        .ifPresent(first -> add(one, first, Contrast.Scope.EVERYTHING));
  }

  private void ofBaseline(MethodKey one) {
    if (!one.method().equals(baseline)) {
      of(one, baseline).ifPresent(base -> add(one, base, Contrast.Scope.RETENTION));
    }
  }

  private void add(MethodKey a, MethodKey b, Contrast.Scope scope) {
    Contrast contrast = new Contrast(a, b, scope);
    if (contrasts.stream().noneMatch(contrast::isAbout)) {
      contrasts.add(contrast);
    }
  }
}
