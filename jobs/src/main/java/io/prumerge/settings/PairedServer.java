package io.prumerge.settings;

import io.prumerge.endpoint.Endpoint;
import io.prumerge.location.Location;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Another server of a model behind an endpoint, such as one that drops visual tokens. Its answers
 * are the model's under a method of their own.
 *
 * @param label the method's name in all tables
 * @param endpoint the server, with the model's name there
 */
public record PairedServer(String label, Endpoint endpoint) {

  private static final Pattern LABEL = Pattern.compile("[a-z0-9-]+");

  /**
   * @throws IllegalArgumentException if the label is a method's name, or spelt as none may be
   */
  public PairedServer {
    if (!isLabel(label)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              TokenReducers.names().contains(label)
                  ? "'%s' is a method's name, so its rows would be taken for that method's; choose"
                      + " another label"
                  : "the label '%s' must consist of a-z, 0-9 and -",
              label));
    }
  }

  /**
   * Reads {@code LABEL=openai:URL#NAME}.
   *
   * @throws IllegalArgumentException if it is none; the message shows no password and no query
   */
  public static PairedServer parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "'%s' must be LABEL=openai:URL#NAME", Location.shown(text)));
    }
    return new PairedServer(text.substring(0, equals), Endpoint.parse(text.substring(equals + 1)));
  }

  /** Returns whether a server may have this label. */
  public static boolean isLabel(String text) {
    return LABEL.matcher(text).matches() && !TokenReducers.names().contains(text);
  }

  /**
   * Returns how many servers have one address at most.
   *
   * @param first the server that these are compared with
   */
  public static int together(Optional<Endpoint> first, List<PairedServer> others) {
    return Stream.concat(first.stream(), others.stream().map(PairedServer::endpoint))
        .collect(Collectors.groupingBy(Endpoint::address, Collectors.summingInt(one -> 1)))
        .values()
        .stream()
        .max(Comparator.naturalOrder())
        .orElse(1);
  }

  /** Returns the label as a method without parameters. */
  public MethodSpec method() {
    return new MethodSpec(label, Collections.emptySortedMap());
  }

  /** Returns the canonical spelling. */
  @Override
  public String toString() {
    return label + "=" + endpoint;
  }
}
