package io.prumerge.spark;

import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ScriptSpecs;
import java.io.Serializable;
import java.util.List;

/**
 * Parses the values of {@link LlavaParams#methods}: when the parameter is set, so that a wrong
 * value is refused there, and for {@link LlavaPredictor#transform}. A value is parsed once for
 * both, unless it names a script, whose file may have changed between them.
 */
final class ParsedMethods implements Serializable {

  private static final long serialVersionUID = 1L;

  private transient volatile Value last;

  /** A value of the parameter, and what it was parsed to. */
  private record Value(List<String> texts, List<MethodSpec> specs) {}

  /**
   * Returns the canonical specs of methods, in the order given.
   *
   * @throws IllegalArgumentException if one cannot be parsed, two are the same, or there is none
   */
  List<MethodSpec> of(String[] methods) {
    List<String> texts = List.of(methods);
    Value known = last;
    if (known == null
        || !known.texts().equals(texts)
        || known.specs().stream().anyMatch(ScriptSpecs::isScript)) {
      known = new Value(texts, parse(texts));
      last = known;
    }
    return known.specs();
  }

  private static List<MethodSpec> parse(List<String> methods) {
    List<MethodSpec> specs = List.copyOf(MethodSpec.parseAll(methods));
    if (specs.isEmpty()) {
      throw new IllegalArgumentException("Cannot predict without a method; \"none\" drops nothing");
    }
    for (int i = 0; i < specs.size(); i++) {
      if (specs.indexOf(specs.get(i)) < i) {
        throw new IllegalArgumentException(
            Text.format(
                "Cannot predict with method '%s' twice: '%s' is the same",
                specs.get(i), methods.get(i)));
      }
    }
    return specs;
  }
}
