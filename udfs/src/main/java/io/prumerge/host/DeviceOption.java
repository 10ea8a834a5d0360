package io.prumerge.host;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Other ways for the engine to use a device. Each is off unless its system property is {@code
 * true}, and changes how long something takes, not what is computed. They are there to be measured
 * on a card, each against none; the page of this module says what each changes and what to measure.
 *
 * <p>A model keeps those that were on when it was loaded.
 */
public enum DeviceOption {

  /** A GPU works on two batches at once, each on a thread of the host. */
  TWO_LANES("twoLanes"),

  /**
   * One call for all sequences that begin in a pass brings the system prompt's keys and values to
   * their slots, instead of a call for each; one copy of their numbers more.
   */
  SYSTEM_PROMPTS_TOGETHER("systemPromptsTogether"),

  /**
   * A batch's pictures go to the device as the bytes that resizing gives, by a buffer that is kept,
   * and are normalised there by a table of 768 values.
   */
  BYTE_PIXELS("bytePixels"),

  /**
   * Methods choose an image's tokens, which are gathered and projected too, on up to eight threads
   * besides, while the tower runs over the next images; half a batch more of encoded images in
   * memory.
   */
  REDUCE_ASIDE("reduceAside");

  private static final String PREFIX = "io.prumerge.device.";

  private final String property;

  DeviceOption(String name) {
    this.property = PREFIX + name;
  }

  /** Returns the name of the system property that turns it on. */
  public String property() {
    return property;
  }

  /** Returns whether it is on now. */
  public boolean on() {
    return chosen().contains(this);
  }

  /**
   * Returns the options that are on now.
   *
   * @throws DeviceException if such a property has another value than {@code true} or {@code
   *     false}, or names no option
   */
  public static Set<DeviceOption> chosen() {
    Set<DeviceOption> chosen = EnumSet.noneOf(DeviceOption.class);
    Set<String> unknown = new TreeSet<>();
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith(PREFIX))
        .forEach(unknown::add);
    for (DeviceOption option : values()) {
      unknown.remove(option.property);
      if (isTrue(option.property)) {
        chosen.add(option);
      }
    }
    if (!unknown.isEmpty()) {
      throw new DeviceException(
          "Cannot load a model with " + unknown + ": there are only " + properties());
    }
    return Collections.unmodifiableSet(chosen);
  }

  private static boolean isTrue(String property) {
    String value = System.getProperty(property, "false");
    if (!value.equals("true") && !value.equals("false")) {
      throw new DeviceException(
          "Cannot load a model with -D" + property + "=" + value + ": set it to true or false");
    }
    return value.equals("true");
  }

  private static Set<String> properties() {
    Set<String> all = new TreeSet<>();
    for (DeviceOption option : values()) {
      all.add(option.property);
    }
    return all;
  }
}
