package io.prumerge.report.page;

import java.util.List;

record TableLine(List<TableCell> cells) {
  TableLine {
    cells = List.copyOf(cells);
  }
}
