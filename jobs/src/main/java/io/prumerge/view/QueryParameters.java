package io.prumerge.view;

import io.prumerge.lang.Text;
import io.prumerge.service.PlainNumber;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the part of a link after its question mark says, by name. */
record QueryParameters(Map<String, String> values) {

  QueryParameters {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Parses a link's part.
   *
   * @param query as it was sent; null for none
   * @throws IllegalArgumentException if it is not encoded as in links
   */
  static QueryParameters parse(String query) {
    Map<String, String> values = new LinkedHashMap<>();
    if (query != null) {
      for (String one : query.split("&")) {
        int sign = one.indexOf('=');
        if (sign > 0) {
          values.put(decoded(one.substring(0, sign)), decoded(one.substring(sign + 1)));
        }
      }
    }
    return new QueryParameters(values);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Returns a value that is not empty. */
  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
  }

  /**
   * Returns a number.
   *
   * @throws IllegalArgumentException if it is none
   */
  Optional<Double> number(String name) {
    return text(name)
        .map(
            text -> {
              try {
                return PlainNumber.decimal(text);
              } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                    Text.format("%s is '%s', expected a number", name, text), e);
              }
            });
  }
}
