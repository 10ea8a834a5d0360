package io.prumerge.benchmark.file;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The keys of a judge. */
final class JudgeKeys {

  /** Of {@code score --judge}, unless {@code --judge-model} names another. */
  static final Key<Optional<String>> MODEL = Key.text("model").required();

  /** Before every request; {@code score --judge-prompt FILE} takes their place. */
  static final Key<Optional<String>> INSTRUCTIONS = Key.text("instructions").required();

  /**
   * After them: {@code "{question}\n{answer}"}, also with {@code {prompt}}, {@code {options}},
   * {@code {right}} and the columns of {@code extra}.
   */
  static final Key<List<String>> REQUEST = Key.texts("request").required();

  /** Of a reply; by default 1024. */
  static final Key<OptionalInt> MAX_TOKENS = Key.positive("max_tokens");

  /** Of answers in a JSON object of rows by id, which {@code --answers} may name. */
  static final Key<Optional<String>> ANSWER_FIELD = Key.text("answer_field");

  /** Of a judge's words there. */
  static final Key<Optional<String>> WORDS_FIELD = Key.text("words_field");

  static final KeyGroup GROUP =
      KeyGroup.of("judge", MODEL, INSTRUCTIONS, REQUEST, MAX_TOKENS, ANSWER_FIELD, WORDS_FIELD);

  private JudgeKeys() {}
}
