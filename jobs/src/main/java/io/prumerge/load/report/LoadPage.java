package io.prumerge.load.report;

import io.prumerge.lang.Text;
import io.prumerge.load.figure.LoadPointRow;
import io.prumerge.report.page.PageAssets;
import io.prumerge.store.Json;
import io.prumerge.template.Templates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A load test's page, one file that loads nothing: what it says of the servers, curves, all points
 * and what is not told and why. Texts are not escaped; only the template engine escapes them.
 *
 * @param titles of the table's columns, the first two of names
 * @param lines of the table
 * @param drawn which charts there are
 * @param data {@link LoadChart} as JSON
 */
public record LoadPage(
    String title,
    List<Fact> facts,
    LoadSentences said,
    List<Title> titles,
    List<Line> lines,
    List<Noted> noted,
    LoadChart drawn,
    String data) {

  /** The page's file. */
  public static final String FILE = "load.html";

  /** What was asked. */
  record Fact(String name, String value) {}

  /**
   * @param kind {@code text} or {@code number}: alignment and order
   */
  record Title(String title, String kind) {}

  /** The cells of one point: its server's name, its own, and figures. */
  record Line(String server, List<Cell> cells) {}

  /**
   * @param sort what the column is sorted by; empty sorts last
   */
  record Cell(String text, String kind, String sort) {}

  /** What is to be known of one point. */
  record Noted(String point, List<String> notes) {}

  private static final String NUMBER = "number";

  /** Returns the page in HTML. */
  public static String html(LoadReport report) {
    LoadChart chart = LoadChart.of(report);
    List<List<String>> cells = report.cells();
    return Templates.html(
        LoadPage.class,
        "load",
        new LoadPage(
            "Load on " + benchmark(report) + ": " + String.join(", ", report.servers()),
            facts(report),
            report.sentences(),
            titles(cells.get(0)),
            cells.stream().skip(1).map(LoadPage::line).toList(),
            report.points().stream()
                .filter(row -> !row.marks().notes().isEmpty())
                .map(
                    row ->
                        new Noted(
                            row.subject().server() + ", " + row.pattern().name(),
                            row.marks().notes()))
                .toList(),
            chart,
            Json.line(chart)),
        PageAssets.of(LoadPage.class, "load.js"));
  }

  private static String benchmark(LoadReport report) {
    return report.points().stream()
        .map(row -> row.subject().benchmark() + " " + row.subject().split())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static List<Fact> facts(LoadReport report) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("models", distinct(report, row -> row.subject().model())));
    facts.add(new Fact("compared with", report.baseline()));
    facts.add(new Fact("points", distinct(report, row -> row.pattern().name())));
    OptionalInt most = report.points().stream().mapToInt(row -> row.counts().requests()).max();
    OptionalInt least = report.points().stream().mapToInt(row -> row.counts().requests()).min();
    if (most.isPresent()) {
      facts.add(
          new Fact(
              "requests of a point",
              least.equals(most)
                  ? Text.format("%,d", most.getAsInt())
                  : Text.format("%,d to %,d", least.getAsInt(), most.getAsInt())));
    }
    report.points().stream()
        .map(LoadPointRow::goodput)
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(one -> facts.add(new Fact("goodput", one.limits())));
    return facts;
  }

  private static String distinct(LoadReport report, Function<LoadPointRow, String> name) {
    return report.points().stream().map(name).distinct().collect(Collectors.joining(", "));
  }

  private static List<Title> titles(List<String> names) {
    List<Title> titles = new ArrayList<>();
    for (String name : names) {
      titles.add(new Title(name, titles.size() < LoadReport.NAMES ? "text" : NUMBER));
    }
    return titles;
  }

  private static Line line(List<String> cells) {
    List<Cell> figures = new ArrayList<>();
    for (int i = 1; i < cells.size(); i++) {
      String text = cells.get(i);
      boolean figure = i >= LoadReport.NAMES;
      // An interval is sorted by its lower end.
      String number = text.replace(",", "").replaceFirst(" to .*", "");
      figures.add(
          new Cell(
              text,
              figure ? NUMBER : "text",
              !figure ? text : number.matches("[0-9.]+") ? number : ""));
    }
    return new Line(cells.get(0), figures);
  }
}
