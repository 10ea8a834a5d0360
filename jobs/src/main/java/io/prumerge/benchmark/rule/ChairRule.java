package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Addend;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.benchmark.Statistic;
import io.prumerge.lang.Text;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * CHAIR (Rohrbach et al., 2018): whether a caption mentions an object that its image does not show.
 * A score's value is 1 if there is none; what is parsed are the mentions. CHAIR_s, CHAIR_i and the
 * recall of objects (lmms-eval, lmms_eval/tasks/coco_cap_chair/utils.py) are over captions, so that
 * an error, which mentions nothing, is in none of them.
 */
final class ChairRule implements ProfileRule {

  /**
   * Lines of synonyms; CHAIR's own are in LisaAnne/Hallucination's {@code data/synonyms.txt}. Bus,
   * airbus, minibus and the plurals canoes, collies, doggies, magpies, thieves and ties count as in
   * lmms-eval, which the original misses.
   */
  static final RuleKey<List<String>> OBJECTS = RuleKey.texts("objects").asRequired();

  /** No name of an object contains it. */
  private static final String SEPARATOR = ", ";

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
    List<String> lines = OBJECTS.in(settings);
    if (lines.stream().allMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          OBJECTS.name()
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
        .map(object -> Text.format("is none of the objects: '%s'", object));
  }

  @Override
  public Score score(String answer, Reference reference) {
    List<String> mentions = mentions(answer);
    Set<String> shown = Set.copyOf(reference.answers());
    double hallucinated = mentions.stream().filter(object -> !shown.contains(object)).count();
    double hallucinating = hallucinated > 0 ? 1 : 0;
    return new Score(
        String.join(SEPARATOR, mentions),
        answer.isEmpty(),
        1 - hallucinating,
        Map.of(
            Addend.CAPTIONS,
            1.0,
            Addend.HALLUCINATING,
            hallucinating,
            Addend.MENTIONS,
            (double) mentions.size(),
            Addend.HALLUCINATED,
            hallucinated,
            Addend.SHOWN,
            (double) shown.size(),
            Addend.FOUND,
            (double) shown.stream().filter(mentions::contains).count()));
  }

  @Override
  public Set<Addend> addends() {
    return EnumSet.range(Addend.CAPTIONS, Addend.FOUND);
  }

  @Override
  public List<MetricRule> figures() {
    return List.of(
        MetricRule.pooled("accuracy", Statistic.MEAN),
        MetricRule.pooled("chair_s", Statistic.CHAIR_S),
        MetricRule.pooled("chair_i", Statistic.CHAIR_I),
        MetricRule.pooled("object_recall", Statistic.OBJECT_RECALL));
  }
}
