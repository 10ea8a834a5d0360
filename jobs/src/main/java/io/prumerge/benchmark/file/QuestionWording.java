package io.prumerge.benchmark.file;

import io.prumerge.benchmark.PromptText;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How a file words its questions under one name.
 *
 * @param open of questions without options, if these are worded otherwise
 * @param chinese instead of the text, where that has a Chinese character
 * @param pictures where pictures stand
 * @param maxNewTokens of answers to this wording; empty = the file's
 */
record QuestionWording(
    PromptText text,
    Optional<PromptText> open,
    Optional<PromptText> chinese,
    ShownPictures pictures,
    OptionalInt maxNewTokens) {

  /** Stands for a value; no text of a wording has it. */
  private static final String VALUE = "\0";

  /** The wording of pieces alone. */
  static QuestionWording of(PromptText text) {
    return new QuestionWording(
        text, Optional.empty(), Optional.empty(), ShownPictures.FIRST, OptionalInt.empty());
  }

  /**
   * Returns the prompt of a question, as {@link PromptText#with}.
   *
   * @param options whether the question has options
   */
  String prompt(boolean options, Function<String, Optional<String>> values) {
    if (open.isPresent() && !options) {
      return open.get().with(values);
    }
    String prompt = text.with(values);
    return chinese.isPresent() && PromptText.isChinese(prompt)
        ? chinese.get().with(values)
        : prompt;
  }

  /**
   * Returns the question in a prompt of this wording: what stands between the texts before the
   * first and behind the last of its values; the shortest of those that the texts leave. Empty if
   * the prompt begins or ends otherwise.
   *
   * @param own whether the question has the value of that name
   * @param others the other values by name
   */
  Optional<String> questionIn(
      String prompt, Predicate<String> own, Function<String, Optional<String>> others) {
    return Stream.of(Optional.of(text), open, chinese)
        .flatMap(Optional::stream)
        .map(one -> one.with(name -> own.test(name) ? Optional.of(VALUE) : others.apply(name)))
        .flatMap(worded -> between(worded, prompt).stream())
        .min(Comparator.comparingInt(String::length));
  }

  private static Optional<String> between(String worded, String prompt) {
    String before = worded.substring(0, Math.max(0, worded.indexOf(VALUE)));
    String behind = worded.substring(worded.lastIndexOf(VALUE) + VALUE.length());
    int length = prompt.length() - before.length() - behind.length();
    return worded.contains(VALUE)
            && length >= 0
            && prompt.startsWith(before)
            && prompt.endsWith(behind)
        ? Optional.of(prompt.substring(before.length(), before.length() + length))
        : Optional.empty();
  }

  /** Returns the text with the names of its values, as a file has it. */
  String shown() {
    return text.with(name -> Optional.of("{" + name + "}"));
  }

  /** Returns the names of all values. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(text.names());
    open.ifPresent(other -> names.addAll(other.names()));
    chinese.ifPresent(other -> names.addAll(other.names()));
    return names;
  }
}
