package io.prumerge.jobs;

import io.prumerge.GeneratedFile;
import io.prumerge.store.DeclaredTable;
import io.prumerge.store.RepeatedRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Makes {@code conf/tables.md} from the tables' records and their Javadoc, and compares it. A
 * column of which a record's Javadoc says nothing means what the first table with such a column
 * says.
 */
@Tag("spark")
class TablesPageTest {

  private static final String MEAN = "_mean";

  /** A field's name begins with its column's. */
  private static final String PREFIX = ".*\\.";

  /** The first table that explains a column, by the column's name. */
  private final Map<String, DeclaredTable> explained = new HashMap<>();

  @Test
  void thePageIsWhatTheCodeSays() throws IOException {
    GeneratedFile.requireCurrent("tables.md", page());
  }

  /** Returns the tables that readers find; a repeat is committed as another one. */
  private static List<DeclaredTable> tables() {
    return DeclaredTable.ALL.stream().filter(one -> one.row() != RepeatedRow.class).toList();
  }

  private String page() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Columns of the tables

            A test makes this page from the tables' classes and compares it. On another page:
            [files](../jobs/TABLES.md), [kinds of errors](../jobs/TABLES.md#error-kinds),
            [what an endpoint's answers have](../jobs/TABLES.md#endpoints), [FLOPs](../jobs/TABLES.md#flops),
            [times](../jobs/TABLES.md#times), [intervals and tests](../jobs/TABLES.md#how-figures-are-compared),
            [which methods are contrasted](../jobs/TABLES.md#contrasts).

            Types are Spark SQL's. Columns are in their order, and nullable in the files. "Null" says what is known of
            all rows: `never`, or `in earlier files` of a column that was added later.

            ## Contents

            """);
    for (DeclaredTable table : tables()) {
      page.append("- [%s](#%s)\n".formatted(table.path(), anchor(table)));
    }
    for (DeclaredTable table : tables()) {
      page.append("\n## %s\n\n".formatted(table.path()));
      page.append(
          Markdown.wrapped(
              linked(
                  DescribedColumn.comments(table.holder())
                      .body(table.holder().getSimpleName() + "." + table.constant()))));
      page.append("\n\n");
      Markdown.table(page, List.of("column", "type", "null", "meaning"), lines(table));
    }
    return page.toString();
  }

  /** As GitHub names a heading. */
  private static String anchor(DeclaredTable table) {
    return table.path().replace("/", "");
  }

  private static String link(DeclaredTable table) {
    return "[%s](#%s)".formatted(table.path(), anchor(table));
  }

  /** Returns a line for each column, and one for neighbours that mean the same. */
  private List<List<String>> lines(DeclaredTable table) throws IOException {
    List<DescribedColumn> lines = new ArrayList<>();
    for (DescribedColumn column : DescribedColumn.of(table.row(), table.table().schema())) {
      DescribedColumn line = column;
      if (column.meaning().isEmpty()) {
        line = column.meaning(elsewhere(table, column.names().get(0).replaceFirst(PREFIX, "")));
      } else {
        column.names().forEach(name -> explained.putIfAbsent(name.replaceFirst(PREFIX, ""), table));
      }
      int last = lines.size() - 1;
      if (last >= 0 && lines.get(last).isLike(line)) {
        lines.set(last, lines.get(last).and(line.names()));
      } else {
        lines.add(line);
      }
    }
    return lines.stream()
        .map(
            line ->
                List.of(
                    line.names().stream()
                        .map(name -> "`" + name + "`")
                        .collect(Collectors.joining(", ")),
                    "`" + line.type() + "`",
                    line.empty(),
                    linked(line.meaning().orElseThrow())))
        .toList();
  }

  /** Links names of tables that are part of a sentence. */
  private static String linked(String text) {
    String linked = text;
    for (DeclaredTable table : tables()) {
      linked = linked.replaceAll("(in|of|and) `" + table.path() + "`", "$1 " + link(table));
    }
    return linked;
  }

  private String elsewhere(DeclaredTable table, String name) {
    if (explained.containsKey(name)) {
      return "as in " + link(explained.get(name));
    }
    String one = name.replaceFirst(MEAN + "$", "");
    if (explained.containsKey(one)) {
      return "mean of the column in " + link(explained.get(one));
    }
    throw new IllegalStateException(
        "No Javadoc says what " + name + " of " + table.row() + " means: write a @param");
  }
}
