package io.prumerge.score.log;

/** Names of pictures, which tools give with and without folders and endings. */
final class PictureName {

  private PictureName() {}

  /** Returns the last part of a name, without its ending. */
  static String stem(String name) {
    return plain(name).substring(plain(name).lastIndexOf('/') + 1);
  }

  /**
   * Returns whether two names are one but for folders before it and an ending, where one has it.
   */
  static boolean same(String one, String other) {
    String first = plain(one);
    String second = plain(other);
    return first.equals(second) || first.endsWith("/" + second) || second.endsWith("/" + first);
  }

  private static String plain(String name) {
    int dot = name.lastIndexOf('.');
    return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
  }
}
