package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.benchmark.vqa.HumanAnswers;
import io.prumerge.benchmark.vqa.VqaAccuracy;
import io.prumerge.service.Unknown;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The accuracy of the VQA family among the answers of several people, usually ten. One answer
 * counts as one person's.
 */
record VqaRule(VqaParser parser) implements ProfileRule {

  static final Set<String> KEYS = Set.of(AnswerRules.PARSER);

  static VqaRule of(RuleSettings settings) {
    return new VqaRule(settings.choice(AnswerRules.PARSER, VqaParser.class));
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
