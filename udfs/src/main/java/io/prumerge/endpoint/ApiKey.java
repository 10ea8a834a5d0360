package io.prumerge.endpoint;

import io.prumerge.lang.Text;
import java.util.Optional;

/**
 * A service's key. It comes from the environment only, since options and settings are visible to
 * others.
 */
public final class ApiKey {

  /** Key of the service behind an endpoint or a judge, in each process that asks it. */
  public static final String VARIABLE = "OPENAI_API_KEY";

  private static final String HIDDEN = "***";

  private final String secret;

  private ApiKey(String secret) {
    this.secret = secret;
  }

  /**
   * Makes a key of a text; empty if the text is blank or null.
   *
   * @throws IllegalArgumentException if no HTTP header can hold it; the message does not show it
   */
  public static Optional<ApiKey> of(String text) {
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    String secret = text.strip();
    if (!secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          Text.format("%s has a space or another character that no key has", VARIABLE));
    }
    return Optional.of(new ApiKey(secret));
  }

  /** Returns this process's key, if it has one. */
  public static Optional<ApiKey> ofEnvironment() {
    return of(System.getenv(VARIABLE));
  }

  /** Returns the value of the header {@code Authorization}. */
  String header() {
    return "Bearer " + secret;
  }

  /** Returns a text without this key, which a service may repeat in its errors. */
  String hiddenIn(String text) {
    return text.replace(secret, HIDDEN);
  }

  @Override
  public String toString() {
    return HIDDEN;
  }
}
