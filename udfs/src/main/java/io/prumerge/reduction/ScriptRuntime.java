package io.prumerge.reduction;

import io.prumerge.script.ScriptFile;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * Runs users' scripts outside a model. Implemented by the {@code model} package, which holds
 * libtorch, and found by {@link ServiceLoader}.
 */
public interface ScriptRuntime {

  /**
   * Returns a script's description of itself.
   *
   * @throws IllegalArgumentException if the file is no script, or has not the methods of a reducer
   * @throws io.prumerge.host.DeviceException if there is no libtorch here
   */
  Map<String, String> describe(ScriptFile file);

  /** Returns the runtime. */
  static ScriptRuntime here() {
    return ServiceLoader.load(ScriptRuntime.class, ScriptRuntime.class.getClassLoader())
        .findFirst()
        .orElseThrow();
  }
}
