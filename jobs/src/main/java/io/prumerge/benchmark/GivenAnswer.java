package io.prumerge.benchmark;

import java.util.Optional;

/**
 * One answer from a result file.
 *
 * @param key {@link Benchmark#key} of the question; if several questions have the same key, the
 *     n-th answer belongs to the n-th question
 * @param text the answer as in the file
 * @param model the model that gave it, if the file says so; a blank one says nothing
 * @param prompt the prompt that was asked, likewise
 * @param truth the right answer, likewise
 * @param where {@code file:line} or similar, for error messages
 * @param facts what else the file says
 */
public record GivenAnswer(
    String key,
    String text,
    Optional<String> model,
    Optional<String> prompt,
    Optional<String> truth,
    String where,
    AnswerFacts facts) {

  public GivenAnswer {
    model = model.filter(said -> !said.isBlank());
    prompt = prompt.filter(said -> !said.isBlank());
    truth = truth.filter(said -> !said.isBlank());
  }

  /** An answer of which its file says nothing else. */
  public GivenAnswer(
      String key,
      String text,
      Optional<String> model,
      Optional<String> prompt,
      Optional<String> truth,
      String where) {
    this(key, text, model, prompt, truth, where, AnswerFacts.NONE);
  }

  /** Returns an answer of which nothing more is known. */
  public static GivenAnswer of(String key, String text, String where) {
    return new GivenAnswer(key, text, Optional.empty(), Optional.empty(), Optional.empty(), where);
  }

  /** Returns this answer with the prompt that it answers. */
  public GivenAnswer withPrompt(Optional<String> asked) {
    return new GivenAnswer(key, text, model, asked, truth, where, facts);
  }

  /** Returns this answer together with the right one. */
  public GivenAnswer withTruth(Optional<String> right) {
    return new GivenAnswer(key, text, model, prompt, right, where, facts);
  }

  /** Returns this answer as one from another place, as {@code where} says it. */
  public GivenAnswer at(String place) {
    return new GivenAnswer(key, text, model, prompt, truth, place, facts);
  }

  /** Returns this answer under another key. */
  public GivenAnswer withKey(String other) {
    return new GivenAnswer(other, text, model, prompt, truth, where, facts);
  }

  /** Returns this answer with what else its file says. */
  public GivenAnswer with(AnswerFacts said) {
    return new GivenAnswer(key, text, model, prompt, truth, where, said);
  }
}
