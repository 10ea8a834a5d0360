package io.prumerge.explain;

import io.prumerge.console.TextColumns;
import io.prumerge.console.TextTable;
import io.prumerge.console.Texts;
import io.prumerge.engine.Answer;
import io.prumerge.engine.ExplainedView;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.StayingTokens;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The lines that {@code explain} prints about an image. */
public final class ExplainTable {

  private static final double GIGA = 1e9;
  private static final String ABSENT = "-";
  private static final String EMPTY = "(empty answer)";

  private ExplainTable() {}

  public static List<String> lines(ExplainedImage image) {
    Explanation explanation = image.explanation();
    List<String> names = image.video().isPresent() ? List.of() : ViewSection.names(explanation);
    List<String> lines = new ArrayList<>();
    image.video().ifPresent(video -> lines.add(facts(image, video)));
    for (int view = 0; view < names.size(); view++) {
      ExplainedView seen = explanation.views().get(view);
      lines.add(
          Text.format(
              "%s%s: %d of %d patches above %.4g",
              image.source(),
              names.size() == 1 ? "" : ", " + names.get(view),
              seen.outliers().size(),
              seen.attention().size(),
              seen.quartiles().fence()));
    }
    TextColumns<ExplainedMethod> columns =
        new TextColumns<ExplainedMethod>()
            .with("method", method -> method.choice().method().toString())
            .with("answer", method -> method.answer().map(ExplainTable::said).orElse(ABSENT))
            .with(
                "tokens",
                method ->
                    Text.format("%d of %d", method.choice().allTokens(), explanation.tokens()))
            .with(
                "GFLOPs",
                method ->
                    method
                        .answered()
                        .map(answer -> Text.format("%.4g", answer.work().cost().total() / GIGA))
                        .orElse(ABSENT));
    if (image.video().isPresent()) {
      columns.with("in each frame", method -> each(method.choice().tokens()));
    }
    for (int view = 0; names.size() > 1 && view < names.size(); view++) {
      int place = view;
      columns.with(
          names.get(view), method -> Integer.toString(method.choice().tokens().get(place)));
    }
    lines.addAll(TextTable.aligned(columns.of(image.methods()), 2));
    for (ExplainedMethod method : image.methods()) {
      for (StayingTokens staying : method.choice().staying()) {
        lines.add(method.choice().method() + ": " + staying(explanation, method, staying));
      }
    }
    return lines;
  }

  private static String facts(ExplainedImage image, VideoStrip video) {
    Explanation explanation = image.explanation();
    int outliers = explanation.views().stream().mapToInt(view -> view.outliers().size()).sum();
    return Text.format(
        "%s: %s, %d of %d patches above the fence of their frame",
        image.source(),
        Texts.count(video.frames().size(), "frame"),
        outliers,
        explanation.patches() * explanation.views().size());
  }

  /** Returns the least and the most of some numbers, or the one that all are. */
  private static String each(List<Integer> numbers) {
    int least = Collections.min(numbers);
    int most = Collections.max(numbers);
    return least == most ? Integer.toString(least) : least + " to " + most;
  }

  private static String staying(
      Explanation explanation, ExplainedMethod method, StayingTokens staying) {
    return explanation.queries().isPresent()
        ? StayingText.queries(staying, explanation.tokens())
        : StayingText.tokens(staying, method.choice().allTokens());
  }

  /** Returns the text on one line, without control characters. */
  private static String said(Answer answer) {
    String text = answer.error() == null ? answer.text() : answer.error();
    return text.isBlank() ? EMPTY : text.replaceAll("\\p{Cntrl}+", " ");
  }
}
