package io.prumerge.benchmark.file;

import io.prumerge.benchmark.PromptText;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

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

  /** Returns the text behind the last value. */
  String ending() {
    String ended = text.with(name -> Optional.of(VALUE));
    return ended.substring(ended.lastIndexOf(VALUE) + VALUE.length());
  }

  /** Returns the names of all values. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(text.names());
    open.ifPresent(other -> names.addAll(other.names()));
    chinese.ifPresent(other -> names.addAll(other.names()));
    return names;
  }
}
