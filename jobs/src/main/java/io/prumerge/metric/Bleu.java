package io.prumerge.metric;

import static io.prumerge.metric.tally.TallySum.REFERENCE_WORDS;

import io.prumerge.benchmark.Addend;
import io.prumerge.benchmark.caption.BleuCounts;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallySum;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * BLEU of a set of captions, times 100.
 *
 * @param longest sequences of words that count, at most four
 */
record Bleu(int longest) implements Measure {

  private static final List<TallySum> MATCHED = sums(Addend.MATCHED);
  private static final List<TallySum> NGRAMS = sums(Addend.NGRAMS);

  private static List<TallySum> sums(List<Addend> addends) {
    return addends.stream().map(TallySum::of).toList();
  }

  @Override
  public OptionalDouble value(Tally tally) {
    return tally.of(TallySum.N) == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(PERCENT * counts(tally).score(longest));
  }

  private static BleuCounts counts(Tally tally) {
    return new BleuCounts(
        MATCHED.stream().mapToDouble(tally::of).toArray(),
        NGRAMS.stream().mapToDouble(tally::of).toArray(),
        tally.of(REFERENCE_WORDS));
  }

  @Override
  public double[] gradient(Tally tally) {
    BleuCounts slopes = counts(tally).gradient(longest);
    double[] gradient = new double[TallySum.values().length];
    for (int i = 0; i < BleuCounts.LONGEST; i++) {
      gradient[MATCHED.get(i).ordinal()] = PERCENT * slopes.matched()[i];
      gradient[NGRAMS.get(i).ordinal()] = PERCENT * slopes.ngrams()[i];
    }
    gradient[REFERENCE_WORDS.ordinal()] = PERCENT * slopes.referenceWords();
    return gradient;
  }

  @Override
  public double[] whole() {
    return Ratio.form(TallySum.N);
  }

  @Override
  public double most() {
    return PERCENT;
  }

  @Override
  public Set<TallySum> sums() {
    Set<TallySum> sums = EnumSet.of(TallySum.N, REFERENCE_WORDS);
    sums.addAll(MATCHED);
    sums.addAll(NGRAMS);
    return sums;
  }
}
