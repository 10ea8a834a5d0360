package io.prumerge.jobs;

import io.prumerge.console.UsageException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** The texts of options, read as values. Turns an IllegalArgumentException into wrong usage. */
final class OptionText {

  private OptionText() {}

  static <T> List<T> readAll(String option, List<String> texts, Function<String, T> reader) {
    return texts.stream().map(text -> read(option, text, reader)).toList();
  }

  static <T> T read(String option, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage(), e);
    }
  }

  /** Returns what is made of several options. */
  static <T> T refusing(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
