package io.prumerge.report.page;

import io.prumerge.console.Texts;
import io.prumerge.metric.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Each benchmark's figures by category. */
final class Categories {

  /** Number of categories on the page; the table of metrics has all of them. */
  private static final int MOST = 60;

  /** Most characters of a category. */
  private static final int LONGEST = 100;

  private static final String ALL = "all";

  /**
   * Returns the metric that stands for the headline if the headline has no value for a single
   * group.
   */
  private static final List<String> STAND_INS = List.of("score", "accuracy");

  private final ReportRows rows;
  private final ReportMethods lineup;

  Categories(ReportRows rows, ReportMethods lineup) {
    this.rows = rows;
    this.lineup = lineup;
  }

  /** Returns a table per benchmark that has groups, in the order of the headlines. */
  List<TableView> tables(List<HeadlineColumn> headlines) {
    List<TableView> tables = new ArrayList<>();
    for (HeadlineColumn headline : headlines) {
      List<Metric> own =
          rows.metrics().stream()
              .filter(row -> row.key().benchmark().equals(headline.benchmark()))
              .filter(row -> row.key().split().equals(headline.split()))
              .filter(row -> !row.category().equals(ALL))
              .toList();
      Set<String> metrics =
          own.stream().map(Metric::name).collect(Collectors.toCollection(TreeSet::new));
      if (!metrics.isEmpty()) {
        String metric = metric(headline.metric(), metrics);
        tables.add(
            table(
                metric.equals(headline.metric())
                    ? headline.title()
                    : headline.title() + ", " + metric.replace('_', ' '),
                own.stream().filter(row -> row.name().equals(metric)).toList()));
      }
    }
    return tables;
  }

  private static String metric(String headline, Set<String> known) {
    if (known.contains(headline)) {
      return headline;
    }
    return STAND_INS.stream().filter(known::contains).findFirst().orElse(known.iterator().next());
  }

  private TableView table(String title, List<Metric> figures) {
    Map<String, Map<MethodRun, Metric>> categories = new LinkedHashMap<>();
    figures.forEach(
        row ->
            categories
                .computeIfAbsent(row.category(), absent -> new LinkedHashMap<>())
                .put(MethodRun.of(row), row));
    List<Map.Entry<String, Map<MethodRun, Metric>>> largest =
        categories.entrySet().stream()
            .sorted(
                Comparator.<Map.Entry<String, Map<MethodRun, Metric>>>comparingLong(
                        entry -> -questions(entry.getValue()))
                    .thenComparing(Map.Entry::getKey))
            .limit(MOST)
            .toList();
    List<MethodRun> present =
        lineup.all().stream()
            .filter(who -> categories.values().stream().anyMatch(own -> own.containsKey(who)))
            .toList();
    TableColumns<Map.Entry<String, Map<MethodRun, Metric>>> columns =
        new TableColumns<Map.Entry<String, Map<MethodRun, Metric>>>()
            .text("category", entry -> TableCell.name(Texts.inLine(entry.getKey(), LONGEST)))
            .number("questions", entry -> TableCell.number(questions(entry.getValue())));
    for (MethodRun who : present) {
      columns.number(
          lineup.label(who),
          entry -> {
            Metric row = entry.getValue().get(who);
            return (row == null ? FigureCell.NONE : FigureCell.of(row)).cell();
          });
    }
    int more = categories.size() - largest.size();
    return columns.of(
        String.format(
            Locale.ROOT,
            "%s by category%s",
            title,
            more > 0
                ? String.format(Locale.ROOT, ", the largest; %d more are in report/metrics", more)
                : ""),
        largest);
  }

  private static long questions(Map<MethodRun, Metric> figures) {
    return figures.values().stream().mapToLong(row -> row.counts().n()).max().orElse(0);
  }
}
