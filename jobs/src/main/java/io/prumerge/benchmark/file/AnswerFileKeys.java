package io.prumerge.benchmark.file;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The keys of a file of answers. */
final class AnswerFileKeys {

  /**
   * The file's name: a JSON array; one that ends with {@code .jsonl} has a line for each answer;
   * without {@code id} and {@code answer}, it is one object by id.
   */
  static final Key<Optional<String>> NAME = Key.text("name").required();

  /** The field of ids. */
  static final Key<Optional<String>> ID = Key.text("id");

  /** The field of answers. */
  static final Key<Optional<String>> ANSWER = Key.text("answer");

  /** Whether ids are integers, where the data have them as texts. */
  static final Key<Boolean> INTEGER_IDS = Key.flag("integer_ids");

  /** Whether the pictures' names are the ids. */
  static final Key<Boolean> PICTURE_IDS = Key.flag("picture_ids");

  /** RE2's expression whose group is the part of an id that answers are matched by. */
  static final Key<Optional<Pattern>> KEY = Key.pattern("key");

  /**
   * Answers as LLaVA's {@code EvalAIAnswerProcessor} makes them, or as its {@code
   * convert_gqa_for_eval.py} does.
   */
  static final Key<UnaryOperator<String>> PROCESSOR =
      Key.choice("processor", AnswerFile.PROCESSORS, UnaryOperator.identity());

  static final KeyGroup GROUP =
      KeyGroup.of("answer_file", NAME, ID, ANSWER, INTEGER_IDS, PICTURE_IDS, KEY, PROCESSOR);

  /** Keys of a file with a field of ids. */
  static final List<Key<?>> OF_FIELDS = List.of(ID, ANSWER, PICTURE_IDS, KEY);

  private AnswerFileKeys() {}
}
