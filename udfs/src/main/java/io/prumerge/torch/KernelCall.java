package io.prumerge.torch;

import io.prumerge.torchscript.KernelParameters;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A call of a kernel whose arguments are given by the names of its parameters, in any order. For
 * kernels with many parameters, of which neighbours have one type: two of them swapped by their
 * places would run, and return something else.
 */
public final class KernelCall {

  private final Torch torch;
  private final String kernel;
  private final List<String> parameters;
  private final Object[] arguments;

  /**
   * @param kernel a function of {@link io.prumerge.torchscript.LlavaScript}
   * @throws IllegalArgumentException if there is no such function
   */
  public KernelCall(Torch torch, String kernel) {
    this.torch = torch;
    this.kernel = kernel;
    this.parameters = KernelParameters.of(kernel);
    this.arguments = new Object[parameters.size()];
  }

  /**
   * Gives one argument, as {@link Torch#call} takes it.
   *
   * @throws IllegalArgumentException if the kernel has no such parameter, or has its argument
   */
  public KernelCall with(String parameter, Object argument) {
    int place = parameters.indexOf(parameter);
    if (place < 0) {
      throw new IllegalArgumentException(
          "Kernel " + kernel + " has no parameter " + parameter + " but " + parameters);
    }
    if (arguments[place] != null) {
      throw new IllegalArgumentException(
          "Kernel " + kernel + " has an argument for " + parameter + " already");
    }
    arguments[place] = argument;
    return this;
  }

  /** Gives those of some arguments, by name, for which the kernel has parameters. */
  public KernelCall withAny(Map<String, Object> some) {
    some.forEach(
        (parameter, argument) -> {
          if (parameters.contains(parameter)) {
            with(parameter, argument);
          }
        });
    return this;
  }

  /**
   * Runs the kernel.
   *
   * @throws IllegalStateException if a parameter has no argument
   */
  public Torch.Value run() {
    int missing = Arrays.asList(arguments).indexOf(null);
    if (missing >= 0) {
      throw new IllegalStateException(
          "Kernel " + kernel + " has no argument for " + parameters.get(missing));
    }
    return torch.call(kernel, arguments);
  }
}
