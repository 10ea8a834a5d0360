package io.prumerge.report.page;

import io.prumerge.console.Texts;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.Metric;
import io.prumerge.report.Controls;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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

    /** Returns the largest loss under a method; of controls a loss is expected. */
    double loss() {
      return figures.entrySet().stream()
          .filter(one -> !Controls.has(one.getKey().method()))
          .flatMap(one -> one.getValue().comparison().stream())
          .mapToDouble(Comparison::delta)
          .min()
          .orElse(0);
    }
  }

  Categories(ReportRows rows, ReportMethods lineup) {
    this.rows = rows;
    this.lineup = lineup;
  }

  /** Returns a table per benchmark that has categories, in the order of the headlines. */
  List<TableView> tables(List<HeadlineColumn> headlines) {
    List<TableView> tables = new ArrayList<>();
    for (HeadlineColumn headline : headlines) {
      List<Metric> own =
          rows.metrics().stream()
              .filter(Metric::isOfCategory)
              .filter(row -> row.key().benchmark().equals(headline.benchmark()))
              .filter(row -> row.key().split().equals(headline.split()))
              .toList();
      if (!own.isEmpty()) {
        String metric = own.get(0).name();
        tables.add(
            table(
                metric.equals(headline.metric())
                    ? headline.title()
                    : headline.title() + ", " + metric.replace('_', ' '),
                own));
      }
    }
    return tables;
  }

  private TableView table(String title, List<Metric> figures) {
    Map<String, Category> categories = new LinkedHashMap<>();
    figures.forEach(
        row ->
            categories
                .computeIfAbsent(row.category(), name -> new Category(name, new LinkedHashMap<>()))
                .figures()
                .put(MethodRun.of(row), row));
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
            .text("category", one -> TableCell.name(Texts.inLine(one.name(), LONGEST)))
            .number("questions", Categories::questions);
    for (MethodRun who : present) {
      columns.number(lineup.label(who), one -> cell(one.figures().get(who)));
    }
    int more = categories.size() - sorted.size();
    return columns.of(
        String.format(
            Locale.ROOT,
            "%s by category, the largest loss first%s",
            title,
            more > 0 ? String.format(Locale.ROOT, "; %d more are in report/metrics", more) : ""),
        sorted);
  }

  private static TableCell questions(Category category) {
    TableCell number = TableCell.number(category.questions());
    return category.isOfTooFew() ? number.noted("too few images") : number;
  }

  private static TableCell cell(Metric row) {
    return row == null ? FigureCell.NONE.cell() : FigureCell.of(row).cell(row.comparison());
  }
}
