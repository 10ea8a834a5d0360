package io.prumerge.store;

/** Turns names of methods and benchmarks into file names that every file system accepts. */
public final class FileNames {

  /** Hadoop's paths refuse a colon. Other characters of a method's spelling stay readable. */
  private static final String NOT_IN_A_FILE_NAME = "[^A-Za-z0-9@=,+._-]";

  /** File systems allow 255 bytes, including prefixes and suffixes. */
  private static final int LONGEST = 120;

  private FileNames() {}

  /**
   * Replaces unsafe characters by underscores and cuts the name to {@value #LONGEST} characters.
   */
  public static String safe(String name) {
    String safe = name.replaceAll(NOT_IN_A_FILE_NAME, "_");
    return safe.substring(0, Math.min(LONGEST, safe.length()));
  }
}
