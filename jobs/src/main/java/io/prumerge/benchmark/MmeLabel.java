package io.prumerge.benchmark;

import java.util.Locale;

/**
 * A question with its label.
 *
 * @param image where it lies; its id is a path that ends in the image's name
 * @param text the question as the release asks it
 * @param label {@code yes} or {@code no}
 * @param where {@code file:line}
 */
record MmeLabel(MmeKey key, ImagePlace image, String text, String label, String where) {

  static MmeLabel of(MmeKey key, ImagePlace image, String text, String label, String where) {
    String lower = label.strip().toLowerCase(Locale.ROOT);
    if (!lower.equals("yes") && !lower.equals("no")) {
      throw new DataException(where + ": the label must be Yes or No, it is '" + label + "'");
    }
    return new MmeLabel(key, image, text, lower, where);
  }

  /** What result files call the image. */
  String imageName() {
    return image.id().substring(image.id().lastIndexOf('/') + 1);
  }
}
