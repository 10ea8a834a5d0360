package io.prumerge.endpoint;

import io.prumerge.lang.Text;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * The address of an OpenAI-compatible service.
 *
 * @param base the URL up to the version, without a slash at its end
 */
public record ChatAddress(URI base) {

  private static final String PATH = "/chat/completions";

  /**
   * Reads an address, with or without the path of the chat.
   *
   * @throws IllegalArgumentException if it is none; the message is a predicate without the address,
   *     which may hold a password
   */
  public static ChatAddress of(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("is no URL: " + e.getReason(), e);
    }
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!web
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "must be an address like https://HOST/v1, without a name, password or query");
    }
    String base = withoutSlashes(text);
    return new ChatAddress(
        URI.create(
            base.endsWith(PATH)
                ? withoutSlashes(base.substring(0, base.length() - PATH.length()))
                : base));
  }

  private static String withoutSlashes(String text) {
    int end = text.length();
    while (text.charAt(end - 1) == '/') {
      end--;
    }
    return text.substring(0, end);
  }

  /** Returns the address that requests go to. */
  public URI chat() {
    return URI.create(base + PATH);
  }

  /**
   * Refuses to send a key without encryption to another machine.
   *
   * @throws IllegalArgumentException with a predicate
   */
  public void requireSafe(Optional<ApiKey> key) {
    if (key.isPresent() && base.getScheme().equals("http") && !isThisMachine()) {
      throw new IllegalArgumentException(
          Text.format(
              "is not encrypted, and %s would be sent to it; use https, or unset it",
              ApiKey.VARIABLE));
    }
  }

  /** Returns whether the address is the loopback of whoever asks. */
  public boolean isThisMachine() {
    try {
      return InetAddress.getByName(base.getHost()).isLoopbackAddress();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return base.toString();
  }
}
