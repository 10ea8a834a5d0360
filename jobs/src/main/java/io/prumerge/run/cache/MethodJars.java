package io.prumerge.run.cache;

import io.prumerge.console.CodeOrigin;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.settings.RunConfiguration;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The jars with the code of reduction methods that are not this program's, by {@code method NAME}.
 * They are read where this is asked, on the driver: what an executor has on a class path of its own
 * is not looked at.
 */
public final class MethodJars {

  private MethodJars() {}

  /**
   * Returns what {@link CodeOrigin#sha256} has of a run's methods; nothing of most. What a server
   * runs under a method is not known here.
   */
  public static SortedMap<String, String> of(RunConfiguration configuration) {
    SortedMap<String, String> jars = new TreeMap<>();
    if (configuration.endpoint().isEmpty()) {
      configuration.methods().forEach(method -> jars.putAll(of(method)));
    }
    return jars;
  }

  /**
   * Returns the jars of one method: of a pair those of both, and those of methods that size it, as
   * in {@code tokens=@SPEC}.
   *
   * @param method its canonical spelling
   */
  static SortedMap<String, String> of(String method) {
    SortedMap<String, String> jars = new TreeMap<>();
    for (ReducerFactory factory : TokenReducers.named(MethodSpec.read(method))) {
      if (CodeOrigin.isAdded(factory.getClass())) {
        jars.put("method " + factory.name(), CodeOrigin.sha256(factory.getClass()));
      }
    }
    return jars;
  }
}
