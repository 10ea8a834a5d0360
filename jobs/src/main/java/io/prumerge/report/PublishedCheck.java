package io.prumerge.report;

import static java.util.stream.Collectors.toSet;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.metric.MethodResult;
import io.prumerge.published.PublishedFigure;
import io.prumerge.published.PublishedFile;
import io.prumerge.store.EfficiencyRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A report's figures beside those of a file of published ones. A published figure comes without its
 * answers, so nothing is tested.
 *
 * @param rows those of the unreduced model first
 * @param apart what is said of the file's figures that fit none of the report; empty if all fit
 * @param remarks the file's, about all of its figures
 */
public record PublishedCheck(List<BesidePublished> rows, String apart, List<String> remarks) {

  /** Of a report without such a file. */
  public static final PublishedCheck NONE = new PublishedCheck(List.of(), "", List.of());

  private static final int LONGEST = 60;

  public PublishedCheck {
    rows = List.copyOf(rows);
    remarks = List.copyOf(remarks);
  }

  /**
   * Puts figures beside each other.
   *
   * @param askings how each run was asked, by its id
   */
  static PublishedCheck of(
      PublishedFile file,
      List<MethodResult> results,
      List<EfficiencyRow> efficiency,
      Map<String, RunAsking> askings) {
    PublishedMatches matches = new PublishedMatches(results, efficiency, askings);
    PublishedMisses misses = new PublishedMisses();
    List<BesidePublished> rows = new ArrayList<>();
    for (PublishedFigure figure : file.figures()) {
      rows.addAll(matches.of(figure, misses));
    }
    rows.sort(Comparator.comparing(row -> !row.isUnreduced()));
    return new PublishedCheck(rows, apart(file, misses), file.remarks());
  }

  private static String apart(PublishedFile file, PublishedMisses misses) {
    if (misses.figures() == 0) {
      return "";
    }
    String all =
        Texts.count(file.figures().size(), "published figure")
            + " of "
            + Texts.inLine(file.name(), LONGEST);
    return Text.format(
        misses.figures() == file.figures().size()
            ? "None of the %2$s fits here: %3$s"
            : "For %1$,d of the %2$s there is none here: %3$s",
        misses.figures(),
        all,
        String.join("; ", misses.words()));
  }

  /** Returns a warning if none of the file's figures fits. */
  public List<String> warnings() {
    return rows.isEmpty() && !apart.isEmpty() ? List.of(apart) : List.of();
  }

  /** Returns what the figures say of the question whether the unreduced model's run is right. */
  public String sentence() {
    List<BesidePublished> own = rows.stream().filter(BesidePublished::isUnreduced).toList();
    if (own.isEmpty()) {
      return "Is the unpruned run right? No published figure of none fits, so these cannot say.";
    }
    Set<String> unlike =
        own.stream().filter(row -> !row.isLike()).map(PublishedCheck::place).collect(toSet());
    List<BesidePublished> like = own.stream().filter(row -> !unlike.contains(place(row))).toList();
    List<BesidePublished> other = own.stream().filter(row -> unlike.contains(place(row))).toList();
    List<String> parts = new ArrayList<>();
    if (!like.isEmpty()) {
      parts.add(
          Text.format(
              "%s asked and scored as here%s.",
              were(figures(like)), range(like).map(range -> "; " + range).orElse("")));
    }
    if (!other.isEmpty()) {
      parts.add(
          Text.format(
              "%s asked or scored otherwise, or it is unknown how%s.",
              were(figures(other)),
              range(other).map(range -> "; " + range + ", which may come from that").orElse("")));
    }
    return "Is the unpruned run right? Of "
        + Texts.count(figures(own), "published figure")
        + " of none, "
        + String.join(" ", parts)
        + " Not tested: what is published comes without its answers.";
  }

  /** Returns how many figures of the file these rows have: one stands beside each run that fits. */
  private static long figures(List<BesidePublished> rows) {
    return rows.stream().map(PublishedCheck::place).distinct().count();
  }

  private static String place(BesidePublished row) {
    return row.published().place();
  }

  private static String were(long number) {
    return number + (number == 1 ? " was" : " were");
  }

  /** Returns the least and the largest difference, each with its figure, if there are some. */
  private static Optional<String> range(List<BesidePublished> some) {
    List<BesidePublished> rows =
        some.stream()
            .filter(row -> row.difference().isPresent())
            .sorted(Comparator.comparingDouble(row -> row.difference().getAsDouble()))
            .toList();
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    String least = difference(rows.get(0));
    return Optional.of(
        rows.size() == 1
            ? "difference: " + least
            : "differences: " + least + " to " + difference(rows.get(rows.size() - 1)));
  }

  private static String difference(BesidePublished row) {
    return Text.format(
        "%s (%s %s)",
        FigureText.signed(row.difference().getAsDouble()), row.key().benchmark(), row.metric());
  }
}
