package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * CHAIR (Rohrbach et al., 2018): whether a caption mentions an object that its image does not show.
 * A score's value is 1 if there is none, so that CHAIR_s is 1 less the mean; what is parsed are the
 * mentions, and CHAIR_i is the {@link Count counts'} sum of hallucinated ones over that of all.
 */
final class ChairRule implements AnswerRule {

  static final Set<String> KEYS = Set.of("objects");

  private static final String OBJECTS = "objects";

  /** No name of an object contains it. */
  private static final String SEPARATOR = ", ";

  /**
   * Mentions of objects in a caption.
   *
   * @param hallucinated those of objects that the image does not show
   */
  record Count(int mentions, int hallucinated) {

    /** Returns the counts of a caption's mentions. */
    static Count of(List<String> mentions, List<String> shown) {
      long right = mentions.stream().filter(shown::contains).count();
      return new Count(mentions.size(), mentions.size() - (int) right);
    }
  }

  private final ChairWords words;

  private ChairRule(ChairWords words) {
    this.words = words;
  }

  /**
   * Returns the rule.
   *
   * @throws IllegalArgumentException if there are no lines of objects
   */
  static ChairRule of(RuleSettings settings) {
    List<String> lines = settings.texts(OBJECTS);
    if (lines.stream().allMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          OBJECTS
              + " must list objects with their synonyms, such as 'cat, kitten'; CHAIR's own are"
              + " the lines of data/synonyms.txt in LisaAnne/Hallucination");
    }
    return new ChairRule(ChairWords.of(lines));
  }

  /** Returns the objects that a caption mentions, in order, each as often as it does. */
  List<String> mentions(String caption) {
    return words.mentions(caption);
  }

  @Override
  public Optional<String> problem(Reference reference) {
    return reference.answers().stream()
        .filter(object -> !words.hasObject(object))
        .findFirst()
        .map(object -> String.format(Locale.ROOT, "is none of the objects: '%s'", object));
  }

  @Override
  public Score score(String answer, Reference reference) {
    List<String> mentions = mentions(answer);
    boolean right = Count.of(mentions, reference.answers()).hallucinated() == 0;
    return new Score(String.join(SEPARATOR, mentions), answer.isEmpty(), right ? 1 : 0);
  }
}
