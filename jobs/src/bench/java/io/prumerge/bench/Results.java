package io.prumerge.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of one run with the machine they belong to, as Markdown and as JSON. */
final class Results {

  private final Map<String, String> facts;
  private final List<Figure> figures = new ArrayList<>();

  Results(Map<String, String> facts) {
    this.facts = new LinkedHashMap<>(facts);
  }

  void fact(String name, String value) {
    facts.put(name, value);
  }

  /** Adds facts by their names, each after a prefix. */
  void facts(String prefix, JsonNode texts) {
    texts.properties().forEach(text -> fact(prefix + text.getKey(), text.getValue().asText()));
  }

  void add(Figure figure) {
    figures.add(figure);
  }

  List<Figure> figures() {
    return List.copyOf(figures);
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("| | |\n|---|---|\n");
    facts.forEach((name, value) -> text.append("| %s | %s |\n".formatted(name, cell(value))));
    text.append("\n| measure | on | reached | goal | |\n|---|---|---|---|---|\n");
    for (Figure figure : figures) {
      String goal = figure.wanted() + figure.met().map(met -> met ? "" : " (missed)").orElse("");
      text.append(
          "| %s | %s | %s | %s | %s |\n"
              .formatted(
                  figure.measure(), figure.on(), figure.reached(), goal, cell(figure.detail())));
    }
    return text.toString();
  }

  /**
   * Puts the table in place of what lies between a page's markers.
   *
   * @param table which of the page's, the name in its markers
   * @throws IOException also if the page has no such markers
   */
  void into(Path page, String table) throws IOException {
    String first = "<!-- " + table + " -->";
    String last = "<!-- /" + table + " -->";
    String text = Files.readString(page);
    int begin = text.indexOf(first);
    int end = text.indexOf(last);
    if (begin < 0 || end < begin) {
      throw new IOException(
          "Cannot put the results into %s: it has no lines %s and %s".formatted(page, first, last));
    }
    String before = text.substring(0, begin + first.length());
    Files.writeString(page, before + "\n\n" + markdown() + "\n" + text.substring(end));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }

  private ObjectNode json() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.set("facts", mapper.valueToTree(facts));
    for (Figure figure : figures) {
      ObjectNode row = root.withArray("figures").addObject();
      row.put("measure", figure.measure()).put("on", figure.on());
      figure.value().ifPresent(value -> row.put("value", value));
      row.put("unit", figure.unit().name());
      figure
          .goal()
          .ifPresent(goal -> row.put("goal", goal.side().name()).put("bound", goal.bound()));
      row.put("detail", figure.detail());
    }
    return root;
  }

  /** Writes {@code results.md} and {@code results.json}. */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("results.md"), markdown());
    Files.writeString(folder.resolve("results.json"), json().toPrettyString() + "\n");
  }
}
