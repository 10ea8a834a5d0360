package io.prumerge.settings;

import io.prumerge.endpoint.Endpoint;
import io.prumerge.lang.Text;
import io.prumerge.location.Location;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model that tables know by another name. Another server of a model behind an endpoint, such as
 * one that drops visual tokens, has its label as the method of its answers.
 *
 * @param name the label; of a load test's first server {@code none}, of a model in this process the
 *     method
 */
public record NamedModel(String name, AnswerSource model) {

  private static final Pattern LABEL = Pattern.compile("[a-z0-9-]+");

  /**
   * Reads {@code LABEL=openai:URL#NAME}.
   *
   * @throws IllegalArgumentException if it is none, or as {@link #server}; the message shows no
   *     password and no query
   */
  public static NamedModel parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          Text.format("'%s' must be LABEL=openai:URL#NAME", Location.shown(text)));
    }
    return server(text.substring(0, equals), text.substring(equals + 1));
  }

  /**
   * Returns another server.
   *
   * @throws IllegalArgumentException if the model is behind no endpoint, or the label is a method's
   *     name, or spelt as none may be
   */
  public static NamedModel server(String label, String model) {
    if (!isLabel(label)) {
      throw new IllegalArgumentException(
          Text.format(
              TokenReducers.names().contains(label)
                  ? "'%s' is a method's name, so its rows would be taken for that method's; choose"
                      + " another label"
                  : "the label '%s' must consist of a-z, 0-9 and -",
              Location.shown(label)));
    }
    return new NamedModel(label, new AnswerSource.Server(Endpoint.parse(model)));
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
  public static int together(Optional<Endpoint> first, List<NamedModel> others) {
    return Stream.concat(first.stream(), others.stream().map(NamedModel::endpoint))
        .collect(Collectors.groupingBy(Endpoint::address, Collectors.summingInt(one -> 1)))
        .values()
        .stream()
        .max(Comparator.naturalOrder())
        .orElse(1);
  }

  /** Returns the server's endpoint. */
  public Endpoint endpoint() {
    return model.endpoint().orElseThrow();
  }

  /** Returns the name as a method without parameters. */
  public MethodSpec method() {
    return new MethodSpec(name, Collections.emptySortedMap());
  }

  /** Returns the canonical spelling. */
  @Override
  public String toString() {
    return name + "=" + model;
  }
}
