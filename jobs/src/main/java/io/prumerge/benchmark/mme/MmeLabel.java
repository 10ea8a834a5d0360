package io.prumerge.benchmark.mme;

import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import java.util.Locale;

/**
 * A question with its label.
 *
 * @param image location of the image; its id is a path that ends in the image's name
 * @param text the question's text in the release
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

  /** Returns the image's name in result files. */
  String imageName() {
    return image.id().substring(image.id().lastIndexOf('/') + 1);
  }
}
