package io.prumerge.reduction.question;

import io.prumerge.location.Location;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;

/**
 * The key {@code clip}: the folder of a CLIP model, as a path of each host, a URL, or a name on
 * Hugging Face's hub.
 */
final class ClipFolder {

  static final Parameter<String> CLIP = Parameter.text("clip").needed("DIR");

  private ClipFolder() {}

  static String of(Parameters parameters) {
    return parameters
        .given(CLIP)
        .map(Location::open)
        .orElseThrow(
            () ->
                parameters.refusal(
                    "give clip=DIR or clip=hf:ORG/NAME, the CLIP model that the vision tower was"
                        + " taken from; a LLaVA checkpoint does not hold its text tower"));
  }
}
