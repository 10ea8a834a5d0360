package io.prumerge.store;

import io.prumerge.console.Failure;
import io.prumerge.lang.Text;

/**
 * The format of a run's folder, a number in {@code manifest.json} and {@code _COMPLETE}. It grows
 * whenever an earlier version could misread what a later one writes. Earlier formats are read:
 * whatever they lack has a default.
 */
public final class RunFormat {

  /** The format of folders that name none: those of before the number was written. */
  public static final int FIRST = 1;

  /** The first format of runs whose chunks have all rows of a picture. */
  public static final int PICTURES_IN_CHUNKS = 3;

  /** The format that this version writes. */
  public static final int CURRENT = PICTURES_IN_CHUNKS;

  private RunFormat() {}

  /**
   * Checks that this version can read a document.
   *
   * @param text the document, or a list of documents of one format
   * @throws Failure if a newer version wrote it
   * @throws IllegalArgumentException if the text is no JSON
   */
  public static void requireKnown(String text, Object file) {
    int format = Json.number(text, "format", FIRST);
    if (format > CURRENT) {
      throw new Failure(
          Text.format(
              "Cannot read %s: a newer version of prumerge-spark wrote it in format %d, and this"
                  + " one reads formats up to %d; update it",
              file, format, CURRENT));
    }
  }
}
