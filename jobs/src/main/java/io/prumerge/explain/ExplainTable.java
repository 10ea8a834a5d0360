package io.prumerge.explain;

import io.prumerge.console.TextTable;
import io.prumerge.engine.Answer;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.Explanation.ExplainedView;
import io.prumerge.engine.Explanation.MethodChoice;
import io.prumerge.engine.Explanation.StayingQueries;
import io.prumerge.explain.ExplainedImage.ExplainedMethod;
import io.prumerge.explain.ExplainedImage.ViewSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The lines that {@code explain} prints about an image. */
public final class ExplainTable {

  private static final double GIGA = 1e9;
  private static final String ABSENT = "-";

  private ExplainTable() {}

  public static List<String> lines(ExplainedImage image) {
    Explanation explanation = image.explanation();
    List<String> names = ViewSection.names(explanation);
    List<String> lines = new ArrayList<>();
    for (int view = 0; view < names.size(); view++) {
      ExplainedView seen = explanation.views().get(view);
      lines.add(
          String.format(
              Locale.ROOT,
              "%s%s: %d of %d patches above %.4g",
              image.source(),
              names.size() == 1 ? "" : ", " + names.get(view),
              seen.outliers().size(),
              seen.attention().size(),
              seen.quartiles().fence()));
    }
    List<List<String>> cells = new ArrayList<>();
    List<String> titles = new ArrayList<>(List.of("method", "answer", "tokens", "GFLOPs"));
    if (names.size() > 1) {
      titles.addAll(names);
    }
    cells.add(titles);
    image.methods().forEach(method -> cells.add(cells(method, explanation)));
    lines.addAll(TextTable.aligned(cells, 2));
    for (ExplainedMethod method : image.methods()) {
      for (StayingQueries staying : method.choice().staying()) {
        lines.add(method.choice().method() + ": " + StayingText.of(staying, explanation.tokens()));
      }
    }
    return lines;
  }

  private static List<String> cells(ExplainedMethod method, Explanation explanation) {
    MethodChoice choice = method.choice();
    Stream<String> all =
        Stream.of(
            choice.method().toString(),
            method.answer().map(ExplainTable::said).orElse(ABSENT),
            String.format(Locale.ROOT, "%d of %d", choice.all(), explanation.tokens()),
            method
                .answered()
                .map(answer -> String.format(Locale.ROOT, "%.4g", answer.cost().total() / GIGA))
                .orElse(ABSENT));
    Stream<String> views =
        explanation.views().size() == 1
            ? Stream.empty()
            : choice.tokens().stream().map(tokens -> Integer.toString(tokens));
    return Stream.concat(all, views).toList();
  }

  /** Returns the text on one line, without control characters. */
  private static String said(Answer answer) {
    String text = answer.error() == null ? answer.text() : answer.error();
    return text.replaceAll("\\p{Cntrl}+", " ");
  }
}
