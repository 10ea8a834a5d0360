package io.prumerge.explain;

import io.prumerge.console.TextTable;
import io.prumerge.engine.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The lines that {@code explain} prints about an image. */
public final class ExplainTable {

  private static final double GIGA = 1e9;
  private static final String ABSENT = "-";

  private ExplainTable() {}

  public static List<String> lines(ExplainedImage image) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: %d of %d patches above %.4g",
            image.source(),
            image.explanation().outliers().size(),
            image.explanation().attention().size(),
            image.explanation().quartiles().fence()));
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("method", "answer", "tokens", "GFLOPs"));
    image.methods().forEach(method -> cells.add(cells(method, image)));
    lines.addAll(TextTable.aligned(cells, 2));
    return lines;
  }

  private static List<String> cells(ExplainedMethod method, ExplainedImage image) {
    return List.of(
        method.choice().method().toString(),
        method.answer().map(ExplainTable::said).orElse(ABSENT),
        String.format(
            Locale.ROOT, "%d of %d", method.choice().tokens(), image.explanation().tokens()),
        method
            .answered()
            .map(answer -> String.format(Locale.ROOT, "%.4g", answer.cost().total() / GIGA))
            .orElse(ABSENT));
  }

  /** Returns the text on one line, without control characters. */
  private static String said(Answer answer) {
    String text = answer.error() == null ? answer.text() : answer.error();
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
