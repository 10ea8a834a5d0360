package io.prumerge.store;

/** File names for any file system, out of names that people and methods have. */
public final class FileNames {

  /** Hadoop's paths take no colon; the rest of a method's spelling is left readable. */
  private static final String NOT_IN_A_FILE_NAME = "[^A-Za-z0-9@=,+._-]";

  /** File systems take 255 bytes, with what is put before and behind. */
  private static final int LONGEST = 120;

  private FileNames() {}

  /** The name with an underscore in place of each character that may make trouble, cut. */
  public static String safe(String name) {
    String safe = name.replaceAll(NOT_IN_A_FILE_NAME, "_");
    return safe.substring(0, Math.min(LONGEST, safe.length()));
  }
}
