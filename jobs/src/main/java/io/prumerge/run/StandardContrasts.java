package io.prumerge.run;

import io.prumerge.metric.Contrast;
import io.prumerge.metric.ContrastScope;
import io.prumerge.metric.RunProtocol;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.reduction.MethodSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The comparisons that every report makes: the retention of each method, each method and the one
 * whose number of tokens or FLOPs it takes, merging and no merging, positions kept and closed up, a
 * pair and each of its methods alone, the same method in every later run and in an earlier one, and
 * the baseline under two protocols of frames that differ in the rule or in the number alone.
 */
public final class StandardContrasts {

  private static final String SAME_SIZE = "@";
  private static final List<String> SIZES = List.of("tokens", "flops");
  // A method before the decoder packs without a word, but may say it.
  private static final String POSITIONS = "positions";
  private static final String KEPT = "kept";
  private static final String PACKED = "packed";
  // Keys whose other value is the usual one, which a canonical spelling leaves out.
  private static final List<String> CHOICES = List.of("merge", POSITIONS);

  private final List<MethodKey> all;
  private final String baseline;
  private final Map<String, String> protocols;
  private final List<Contrast> contrasts = new ArrayList<>();

  private StandardContrasts(
      Collection<MethodKey> all, String baseline, Map<String, String> protocols) {
    this.all = List.copyOf(all);
    this.baseline = baseline;
    this.protocols = protocols;
  }

  /**
   * Returns the requested contrasts, then those that every report makes.
   *
   * @param asked the requested contrasts
   * @param all the report's methods, run by run
   * @param baseline the method the others are compared with
   * @param protocols which frames of videos runs saw, by their ids
   */
  public static List<Contrast> added(
      List<Contrast> asked,
      Collection<MethodKey> all,
      String baseline,
      Map<String, String> protocols) {
    StandardContrasts claims = new StandardContrasts(all, baseline, protocols);
    claims.contrasts.addAll(asked);
    claims.all.forEach(claims::withinRun);
    claims.all.forEach(claims::acrossRuns);
    claims.all.forEach(claims::acrossProtocols);
    claims.all.forEach(claims::ofBaseline);
    return List.copyOf(claims.contrasts);
  }

  private void withinRun(MethodKey one) {
    Optional<MethodSpec> read = read(one.method());
    if (read.isEmpty()) {
      return;
    }
    List<MethodSpec> methods = read.get().methods();
    for (MethodSpec spec : methods) {
      for (String key : SIZES) {
        String size = spec.parameters().getOrDefault(key, "");
        if (size.startsWith(SAME_SIZE)) {
          add(of(one, size.substring(SAME_SIZE.length())), one);
        }
      }
      for (String key : CHOICES) {
        if (spec.parameters().containsKey(key)) {
          add(of(one, read.get().with(replacing(spec, spec.without(key))).toString()), one);
        }
      }
      if (KEPT.equals(spec.parameters().get(POSITIONS))) {
        SortedMap<String, String> packed = new TreeMap<>(spec.parameters());
        packed.put(POSITIONS, PACKED);
        MethodSpec said = new MethodSpec(spec.name(), packed);
        add(of(one, read.get().with(replacing(spec, said)).toString()), one);
      }
      if (methods.size() > 1) {
        add(of(one, spec.toString()), one);
      }
    }
  }

  private static UnaryOperator<MethodSpec> replacing(MethodSpec one, MethodSpec other) {
    return each -> each.equals(one) ? other : each;
  }

  private void add(Optional<MethodKey> other, MethodKey one) {
    other.ifPresent(found -> add(found, one, ContrastScope.EVERYTHING));
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

  /**
   * Adds the difference to the same method in the first run of the model that has it. The first
   * such run itself is compared with the first run of all.
   */
  private void acrossRuns(MethodKey one) {
    all.stream()
        .filter(other -> other.model().equals(one.model()) && other.method().equals(one.method()))
        .findFirst()
        .filter(sameModel -> !sameModel.equals(one))
        .or(() -> of(all.get(0), one.method()))
        .filter(earlier -> !earlier.runId().equals(one.runId()))
        .ifPresent(earlier -> add(one, earlier, ContrastScope.EVERYTHING));
  }

  /**
   * Adds, of the baseline, the difference to each earlier run of the model under another protocol,
   * and of half as many frames to the whole number by one rule.
   */
  private void acrossProtocols(MethodKey one) {
    Optional<RunProtocol> own = protocol(one);
    if (own.isEmpty() || !one.method().equals(baseline)) {
      return;
    }
    for (MethodKey other : all) {
      if (other.model().equals(one.model()) && other.method().equals(baseline)) {
        boolean earlier = all.indexOf(other) < all.indexOf(one);
        protocol(other)
            .filter(theirs -> own.get().isHalfOf(theirs) || earlier && !own.get().equals(theirs))
            .ifPresent(theirs -> add(one, other, ContrastScope.EVERYTHING));
      }
    }
  }

  private Optional<RunProtocol> protocol(MethodKey one) {
    return RunProtocol.of(protocols.getOrDefault(one.runId(), ""));
  }

  private void ofBaseline(MethodKey one) {
    if (!one.method().equals(baseline)) {
      of(one, baseline).ifPresent(base -> add(one, base, ContrastScope.RETENTION));
    }
  }

  private void add(MethodKey a, MethodKey b, ContrastScope scope) {
    Contrast contrast = new Contrast(a, b, scope);
    if (contrasts.stream().noneMatch(contrast::isAbout)) {
      contrasts.add(contrast);
    }
  }
}
