package io.prumerge.benchmark;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number in a VizWiz image's name, {@code VizWiz_test_00000012.jpg}: every image is asked about
 * once, so it names the question. LLaVA's answers give the number, results the name.
 */
final class VizWizImage {

  private static final Pattern NAME = Pattern.compile("VizWiz_[a-z]+_(\\d{8})(?:\\.jpg)?");

  private VizWizImage() {}

  /**
   * The number, without leading zeros.
   *
   * @param name with or without {@code .jpg}
   * @param error makes an error about the place where it stands
   * @throws DataException when it is none
   */
  static String number(String name, Function<String, DataException> error) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw error.apply(
          "image '%s' is not named as VizWiz names images, VizWiz_SPLIT_00000000.jpg"
              .formatted(name));
    }
    return Long.toString(Long.parseLong(matcher.group(1)));
  }
}
