package io.prumerge.report;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.published.PublishedFigure;
import io.prumerge.published.PublishedNames;
import io.prumerge.service.Unknown;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The published figures that fit none of a report, by the first thing in which they differ. */
final class PublishedMisses {

  private static final int LONGEST = 60;

  /** The most names of a report that are told. */
  private static final int MOST = 12;

  private final Map<PublishedTrait, Miss> misses = new EnumMap<>(PublishedTrait.class);

  /**
   * @param first the first figure
   * @param known what the report has, of those figures that agree so far
   */
  private record Miss(PublishedFigure first, Set<String> known, long figures) {

    Miss plus(Collection<String> more) {
      Set<String> all = new TreeSet<>(known);
      all.addAll(more);
      return new Miss(first, all, figures + 1);
    }
  }

  /** Adds a figure, and what the report has in place of what the figure has. */
  void add(PublishedTrait trait, PublishedFigure figure, List<String> known) {
    misses.merge(
        trait,
        new Miss(figure, new TreeSet<>(known), 1),
        (before, one) -> before.plus(one.known()));
  }

  long figures() {
    return misses.values().stream().mapToLong(Miss::figures).sum();
  }

  /** Returns what is said of them, for each thing in which some differ. */
  List<String> words() {
    return misses.entrySet().stream().map(one -> words(one.getKey(), one.getValue())).toList();
  }

  private static String words(PublishedTrait trait, Miss miss) {
    String name = trait.of(miss.first()).orElse("");
    String known = String.join(", ", miss.known().stream().limit(MOST).toList());
    return Text.format(
        "%,d by %s (%s: '%s'; here: %s%s%s)",
        miss.figures(),
        trait,
        miss.first().place(),
        Texts.inLine(name, LONGEST),
        known,
        miss.known().size() > MOST ? ", ..." : "",
        isOfSeveral(name, miss.known())
            ? "; several are spelt so: write one of them to the letter"
            : miss.known().contains(name) ? "" : Unknown.suggestion(name, miss.known()));
  }

  private static boolean isOfSeveral(String name, Set<String> known) {
    return PublishedNames.meant(name, known).size() > 1;
  }
}
