package io.prumerge.report.page;

import com.fasterxml.jackson.core.type.TypeReference;
import io.prumerge.lang.Text;
import io.prumerge.store.Yaml;
import io.prumerge.template.Templates;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Published figures of LLaVA-1.5-7B at equal numbers of visual tokens.
 *
 * @param columns the figures, in the order of {@link PublishedBudget#values}
 */
record PublishedBudgets(
    List<Source> sources, List<String> remarks, List<Column> columns, List<PublishedBudget> rows) {

  PublishedBudgets {
    sources = List.copyOf(sources);
    remarks = List.copyOf(remarks);
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /** Marks a source that was not compared with the paper itself. */
  static final String UNCHECKED = "†";

  private static final double PERCENT = 100;

  /**
   * @param key stands for it in tables
   * @param whose whose numbers they are
   * @param checked whether its rows were compared with the paper itself
   * @param full the figures with all tokens in the same table; null if it has none
   */
  record Source(String key, String title, String whose, boolean checked, List<Double> full) {

    String mark() {
      return checked ? key : key + UNCHECKED;
    }

    String words() {
      return Text.format(
          "%s: %s; %s%s.", mark(), title, whose, checked ? "" : "; not checked against the paper");
    }
  }

  /**
   * @param benchmark our name of it, with the headline's; null if no headline of ours is this
   *     figure
   */
  record Column(String title, String benchmark, String metric) {}

  /** Returns the figures of the bundled {@code published-budgets.yaml}. */
  static PublishedBudgets bundled() {
    String name = "published-budgets.yaml";
    return Yaml.parse(
        Templates.resource(PublishedBudgets.class, name), new TypeReference<>() {}, name);
  }

  Source source(PublishedBudget row) {
    return sources.stream()
        .filter(one -> one.key().equals(row.source()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No published source " + row.source()));
  }

  /** Returns the rows of a method at a number of tokens. */
  List<PublishedBudget> of(String method, int tokens) {
    return rows.stream()
        .filter(row -> row.method().equals(method) && row.tokens() == tokens)
        .toList();
  }

  /** Returns a row's figure that is a headline of ours; empty if it has none. */
  OptionalDouble value(PublishedBudget row, String benchmark, String metric) {
    for (int i = 0; i < columns.size(); i++) {
      if (benchmark.equals(columns.get(i).benchmark()) && metric.equals(columns.get(i).metric())) {
        return Values.optional(row.values().get(i));
      }
    }
    return OptionalDouble.empty();
  }

  /**
   * Returns the mean over benchmarks of a row's figures divided by those with all tokens in the
   * same table, in percent; empty if the table has none.
   */
  OptionalDouble retention(PublishedBudget row) {
    List<Double> full = source(row).full();
    if (full == null) {
      return OptionalDouble.empty();
    }
    List<Double> shares = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (full.get(i) != null && row.values().get(i) != null) {
        shares.add(PERCENT * row.values().get(i) / full.get(i));
      }
    }
    return shares.stream().mapToDouble(Double::doubleValue).average();
  }

  /** Returns a table per number of tokens. */
  List<TableView> tables() {
    return rows.stream().map(PublishedBudget::tokens).distinct().map(this::table).toList();
  }

  private TableView table(int tokens) {
    TableColumns<PublishedBudget> table =
        new TableColumns<PublishedBudget>()
            .text("method", row -> TableCell.name(row.name()))
            .text("source", row -> TableCell.text(source(row).mark()))
            .number("retention %", row -> TableCell.number(retention(row), 1));
    for (int i = 0; i < columns.size(); i++) {
      int place = i;
      table.number(
          columns.get(i).title(),
          row -> TableCell.number(Values.optional(row.values().get(place))));
    }
    return table.of(
        Text.format("%d visual tokens of 576, published", tokens),
        rows.stream().filter(one -> one.tokens() == tokens).toList());
  }

  /** Returns the sources in words. */
  List<String> notes() {
    return sources.stream().map(Source::words).toList();
  }
}
