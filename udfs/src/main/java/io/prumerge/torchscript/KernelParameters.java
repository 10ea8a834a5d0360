package io.prumerge.torchscript;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The parameters of each kernel, a function of {@link LlavaScript}'s parts. */
public final class KernelParameters {

  private static final Map<String, List<String>> PARAMETERS = read();

  private KernelParameters() {}

  private static Map<String, List<String>> read() {
    Map<String, List<String>> parameters = new HashMap<>();
    LlavaScript.PARTS.forEach(part -> parameters.putAll(ofPart(part)));
    return Map.copyOf(parameters);
  }

  /** Returns the parameters of a part's functions, by their names. */
  static Map<String, List<String>> ofPart(String part) {
    return PartSource.FUNCTION
        .matcher(LlavaScript.text(part))
        .results()
        .collect(Collectors.toMap(kernel -> kernel.group(1), PartSource::parameters));
  }

  /**
   * Returns the names of a kernel's parameters, in their order.
   *
   * @throws IllegalArgumentException if no part has such a function
   */
  public static List<String> of(String kernel) {
    List<String> names = PARAMETERS.get(kernel);
    if (names == null) {
      throw new IllegalArgumentException("No part of the TorchScript has a kernel " + kernel);
    }
    return names;
  }
}
