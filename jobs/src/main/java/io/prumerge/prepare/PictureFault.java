package io.prumerge.prepare;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;

/**
 * One kind of fault of pictures.
 *
 * @param error as the questions' error names it
 * @param format of files of another format that is known; else empty
 * @param pictures with this fault
 * @param image the first of them, by name
 * @param message what is wrong with that one
 */
record PictureFault(String error, String format, long pictures, String image, String message) {

  /** Returns the value for a picture without a fault. */
  static PictureFault none() {
    return new PictureFault("", "", 1, "", "");
  }

  boolean isNone() {
    return error.isEmpty();
  }

  /** Returns the fault as a warning, which says how it is mended if that is known. */
  String warning() {
    return Text.format(
        "%s %s the error %s, which %s questions will have: %s%s: %s",
        Texts.count(pictures, error.startsWith("image") ? "image" : "video"),
        pictures == 1 ? "has" : "have",
        error,
        pictures == 1 ? "its" : "their",
        pictures == 1 ? "" : "such as ",
        image,
        message);
  }
}
