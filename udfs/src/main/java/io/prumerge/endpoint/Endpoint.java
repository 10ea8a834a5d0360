package io.prumerge.endpoint;

import io.prumerge.lang.Text;
import io.prumerge.location.Location;

/**
 * A model behind an OpenAI-compatible service, spelled {@code openai:URL#NAME}.
 *
 * @param address the service
 * @param name the model's name there, exactly as its requests need it
 */
public record Endpoint(ChatAddress address, String name) {

  private static final String PREFIX = "openai:";

  /** Returns whether a model is spelled as one behind a service, well or badly. */
  public static boolean isNamedBy(String model) {
    return model.startsWith(PREFIX);
  }

  /**
   * Reads the spelling of a model.
   *
   * @throws IllegalArgumentException if it is wrong; the message shows no password and no query
   */
  public static Endpoint parse(String model) {
    int hash = model.indexOf('#');
    if (!isNamedBy(model) || hash < 0) {
      throw wrong(model, "must be openai:URL#NAME, with the model's name at the service", null);
    }
    String name = model.substring(hash + 1);
    if (name.isBlank() || name.chars().anyMatch(Character::isISOControl)) {
      throw wrong(model, "has no model's name after the #", null);
    }
    try {
      return new Endpoint(ChatAddress.of(model.substring(PREFIX.length(), hash)), name);
    } catch (IllegalArgumentException e) {
      throw wrong(model, e.getMessage(), e);
    }
  }

  private static IllegalArgumentException wrong(String model, String why, Exception cause) {
    String shown = Location.shown(model).replaceAll("\\p{Cntrl}", "?");
    return new IllegalArgumentException(Text.format("'%s' %s", shown, why), cause);
  }

  /** Returns the canonical spelling. */
  @Override
  public String toString() {
    return PREFIX + address + "#" + name;
  }
}
