package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.benchmark.vqa.VqaAccuracy;
import io.prumerge.service.Unknown;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The accuracy of the VQA family among the answers of several people, usually ten. One answer
 * counts as one person's.
 */
record VqaRule(VqaParser parser) implements ProfileRule {

  /**
   * {@code m4c}, the default, is of TextVQA and VizWiz; of VQAv2 are {@code official}, letter by
   * letter where all people say one thing, {@code llava}, the same of answers as LLaVA hands them
   * in, and {@code lmms-eval}.
   */
  static final RuleKey<VqaParser> PARSER = RuleKey.choice(AnswerRules.PARSER, VqaParser.class);

  static VqaRule of(RuleSettings settings) {
    return new VqaRule(PARSER.in(settings));
  }

  @Override
  public List<String> parsers() {
    return List.of(Unknown.spelling(parser));
  }

  /** Returns the answer that most people gave. */
  @Override
  public Optional<String> gold(Reference reference) {
    return HumanAnswers.mostFrequent(reference.answers());
  }

  @Override
  public Score score(String answer, Reference reference) {
    List<String> answers = reference.answers();
    String given = parser.handedIn(answer);
    UnaryOperator<String> normaliser = parser.normaliser(answers);
    if (answers.size() == 1) { // nobody is left to agree with
      String parsed = normaliser.apply(given);
      boolean equal = normaliser.apply(answers.get(0)).equals(parsed);
      return new Score(parsed, parsed.isEmpty(), equal ? 1 : 0);
    }
    return VqaAccuracy.score(given, answers, normaliser);
  }
}
