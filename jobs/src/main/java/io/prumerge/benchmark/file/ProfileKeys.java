package io.prumerge.benchmark.file;

import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.ValueForm;
import io.prumerge.store.YamlNode;
import java.util.Map;
import java.util.Optional;

/** The keys of every profile, beside those of its rule. */
final class ProfileKeys {

  /** The rule by its name. */
  static final Key<YamlNode> RULE = Key.node(AnswerRules.RULE, ValueForm.TEXT);

  /** The figure that stands before the others. */
  static final Key<Optional<String>> HEADLINE = Key.text(AnswerRules.HEADLINE);

  /**
   * Whose words the rule compares in place of the answer; only {@code score} does this, by {@code
   * --judge} or a file.
   */
  static final Key<GivenKeys> JUDGE = Key.group(AnswerRules.JUDGE, JudgeKeys.GROUP);

  /** Figures of its own, in place of the file's. */
  static final Key<Map<String, GivenKeys>> FIGURES =
      Key.named(AnswerRules.FIGURES, FigureKeys.GROUP, 1);

  static final KeyGroup GROUP = KeyGroup.of("profile", RULE, HEADLINE, JUDGE, FIGURES);

  private ProfileKeys() {}
}
