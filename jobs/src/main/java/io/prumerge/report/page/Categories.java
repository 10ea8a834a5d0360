package io.prumerge.report.page;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.metric.Metric;
import io.prumerge.report.Controls;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Each benchmark's figures by category. */
final class Categories {

  /** Number of categories on the page; the table of metrics has all of them. */
  private static final int MOST = 60;

  /** Most characters of a category. */
  private static final int LONGEST = 100;

  private final ReportRows rows;
  private final ReportMethods lineup;

  /** A category with its figure under each method. */
  private record Category(String name, Map<MethodRun, Metric> figures) {

    long questions() {
      return figures.values().stream().mapToLong(row -> row.counts().n()).max().orElse(0);
    }

    boolean isOfTooFew() {
      return figures.values().stream().allMatch(Metric::isOfTooFew);
    }

    /** Returns the method that loses most; of controls a loss is expected. */
    Optional<MethodRun> worst() {
      return figures.keySet().stream()
          .filter(who -> !Controls.has(who.method()))
          .filter(who -> figures.get(who).comparison().isPresent())
          .min(Comparator.comparingDouble(this::delta));
    }

    /** Returns the largest loss, below 0. */
    double loss() {
      return worst().map(this::delta).orElse(0.0);
    }

    private double delta(MethodRun who) {
      return figures.get(who).comparison().orElseThrow().delta();
    }
  }

  Categories(ReportRows rows, ReportMethods lineup) {
    this.rows = rows;
    this.lineup = lineup;
  }

  /**
   * Returns a table for each kind of categories that a benchmark has several of, in the order of
   * the headlines.
   */
  List<TableView> tables(List<HeadlineColumn> headlines) {
    List<TableView> tables = new ArrayList<>();
    for (HeadlineColumn headline : headlines) {
      SortedMap<String, Map<String, Category>> kinds = new TreeMap<>();
      for (Metric row : rows.metrics()) {
        if (row.isOfCategory()
            && row.key().benchmark().equals(headline.benchmark())
            && row.key().split().equals(headline.split())) {
          kinds
              .computeIfAbsent(
                  row.categoryKind().orElse(Benchmark.ONLY_KIND), absent -> new LinkedHashMap<>())
              .computeIfAbsent(row.category(), name -> new Category(name, new LinkedHashMap<>()))
              .figures()
              .put(MethodRun.of(row), row);
        }
      }
      kinds.forEach(
          (kind, categories) -> {
            if (categories.size() > 1) {
              tables.add(table(title(headline, categories) + " by " + kind, categories));
            }
          });
    }
    return tables;
  }

  /** Returns the figure's name, which need not be the headline's. */
  private static String title(HeadlineColumn headline, Map<String, Category> categories) {
    String metric =
        categories.values().iterator().next().figures().values().iterator().next().name();
    return metric.equals(headline.metric())
        ? headline.title()
        : ReportRows.split(headline.benchmark(), headline.split())
            + ", "
            + metric.replace('_', ' ');
  }

  private TableView table(String title, Map<String, Category> categories) {
    List<Category> sorted =
        categories.values().stream()
            .sorted(
                Comparator.comparing(Category::isOfTooFew)
                    .thenComparingDouble(Category::loss)
                    .thenComparing(Category::name))
            .limit(MOST)
            .toList();
    List<MethodRun> present =
        lineup.all().stream()
            .filter(
                who -> categories.values().stream().anyMatch(one -> one.figures().containsKey(who)))
            .toList();
    TableColumns<Category> columns =
        new TableColumns<Category>()
            .text("category", this::name)
            .number("questions", Categories::questions);
    for (MethodRun who : present) {
      columns.number(lineup.label(who), one -> cell(one.figures().get(who)));
    }
    int more = categories.size() - sorted.size();
    return columns.of(
        Text.format(
            "%s, the largest loss under any method but controls first%s",
            title, more > 0 ? Text.format("; %d more are in report/metrics", more) : ""),
        sorted);
  }

  private TableCell name(Category category) {
    TableCell name = TableCell.name(Texts.inLine(category.name(), LONGEST));
    return category
        .worst()
        .filter(one -> category.loss() < 0)
        .map(who -> name.noted("most under " + lineup.label(who)))
        .orElse(name);
  }

  private static TableCell questions(Category category) {
    TableCell number = TableCell.number(category.questions());
    return category.isOfTooFew() ? number.noted("too few images") : number;
  }

  private static TableCell cell(Metric row) {
    return row == null ? FigureCell.NONE.cell() : FigureCell.of(row).cell(row.comparison());
  }
}
