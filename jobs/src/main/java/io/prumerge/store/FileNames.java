package io.prumerge.store;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.lang.Text;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

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

  /** Returns {@link #safe} of each of several names, no two alike. */
  public static Map<String, String> safe(Collection<String> names) {
    return apart(names, FileNames::safe);
  }

  /**
   * Respells names, so that no two become one: a name that needs no other spelling keeps its own,
   * and of others that would be spelt like an earlier one each gets a number, from 2.
   *
   * @param spelling replaces what may not stand in a name
   * @return the spellings by the names
   */
  public static Map<String, String> apart(
      Collection<String> names, UnaryOperator<String> spelling) {
    Map<String, String> spelt = new LinkedHashMap<>();
    names.stream()
        .filter(name -> spelling.apply(name).equals(name))
        .forEach(name -> spelt.put(name, name));
    Set<String> taken = new HashSet<>(spelt.values());
    for (String name : names) {
      if (!spelt.containsKey(name)) {
        String first = spelling.apply(name);
        String free = first;
        for (int i = 2; !taken.add(free); i++) {
          free = first + "-" + i;
        }
        spelt.put(name, free);
      }
    }
    return spelt;
  }

  /**
   * Puts what has a name beside others.
   *
   * @throws IllegalStateException if another has the name
   */
  public static <V> void putNew(Map<String, V> named, String name, V value) {
    if (named.putIfAbsent(name, value) != null) {
      throw new IllegalStateException(
          Text.format("Two have the name '%s'; only one would be kept", name));
    }
  }
}
