package io.prumerge.source;

/**
 * One line of a text file that is not blank.
 *
 * @param file the file's name, for messages
 * @param number line number from 1
 */
public record TextLine(String file, int number, String text) {

  /** Returns {@code file:line}. */
  public String where() {
    return file + ":" + number;
  }

  /** Returns an error about this line. */
  public DataException error(String problem) {
    return new DataException(where() + ": " + problem);
  }
}
