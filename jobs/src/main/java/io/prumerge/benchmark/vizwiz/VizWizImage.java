package io.prumerge.benchmark.vizwiz;

import io.prumerge.source.DataException;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The number in a VizWiz image's name, {@code VizWiz_test_00000012.jpg}: every image has one
 * question, so the number identifies the question. LLaVA's answers have the number, result files
 * the name.
 */
final class VizWizImage {

  private static final Pattern NAME = Pattern.compile("VizWiz_[a-z]+_(\\d{8})(?:\\.jpg)?");

  private VizWizImage() {}

  /**
   * The number, without leading zeros.
   *
   * @param name with or without {@code .jpg}
   * @param error creates an exception that names the place
   * @throws DataException if the name has another form
   */
  static String number(String name, Function<String, DataException> error) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw error.apply(
          String.format(
              Locale.ROOT,
              "image '%s' is not named as VizWiz names images, VizWiz_SPLIT_00000000.jpg",
              name));
    }
    return Long.toString(Long.parseLong(matcher.group(1)));
  }
}
