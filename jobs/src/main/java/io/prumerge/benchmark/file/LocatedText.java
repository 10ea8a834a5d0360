package io.prumerge.benchmark.file;

/**
 * A text of a benchmark's file, and where it stands there.
 *
 * @param key such as {@code data}
 * @param line from 1
 */
record LocatedText(String key, int line, String text) {}
