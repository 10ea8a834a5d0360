package io.prumerge.store;

import io.prumerge.checkpoint.Sha256;
import java.nio.charset.StandardCharsets;

/** Turns names of methods and benchmarks into file names that every file system accepts. */
public final class FileNames {

  /** Hadoop's paths refuse a colon. Other characters of a method's spelling stay readable. */
  private static final String NOT_IN_A_FILE_NAME = "[^A-Za-z0-9@=,+._-]";

  /** File systems allow 255 bytes, including prefixes and suffixes. */
  private static final int LONGEST = 120;

  private static final int HASH = 8;

  private FileNames() {}

  /**
   * Replaces unsafe characters by underscores. A name of more than {@value #LONGEST} characters is
   * cut to them, with a hash of all of it at their end.
   */
  public static String safe(String name) {
    String safe = name.replaceAll(NOT_IN_A_FILE_NAME, "_");
    return safe.length() <= LONGEST ? safe : hashed(name, safe);
  }

  /** Returns a safe name that no other name has: one that was not safe ends in a hash of it. */
  public static String unique(String name) {
    String safe = safe(name);
    return safe.equals(name) ? name : hashed(name, safe);
  }

  private static String hashed(String name, String safe) {
    String hash = Sha256.hex(name.getBytes(StandardCharsets.UTF_8)).substring(0, HASH);
    return safe.substring(0, Math.min(LONGEST - HASH - 1, safe.length())) + "-" + hash;
  }
}
