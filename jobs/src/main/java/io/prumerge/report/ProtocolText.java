package io.prumerge.report;

import io.prumerge.console.Console;
import io.prumerge.console.TextColumns;
import io.prumerge.lang.Text;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.tally.MethodKey;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What frames, their number and methods move in a report about videos, as text: a line for each
 * difference.
 *
 * @param title says what the figures are
 * @param cells lines of equal length, a header first, each beginning with three names
 * @param sentences the same in words
 */
public record ProtocolText(String title, List<List<String>> cells, List<String> sentences) {

  public ProtocolText {
    sentences = List.copyOf(sentences);
    cells = cells.stream().map(List::copyOf).toList();
  }

  /** Returns the table; empty without videos. */
  public static Optional<ProtocolText> of(Report report) {
    List<ProtocolEffect> effects = report.protocols();
    return effects.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ProtocolText(
                "What frames and methods move, in points (95 % interval, clustered by video; *"
                    + " significant at 5 %, corrected)",
                new TextColumns<ProtocolEffect>()
                    .with("what changes", row -> words(row.kind()))
                    .with("difference", row -> difference(row, report.names()))
                    .with("benchmark", row -> row.benchmark() + "/" + row.split())
                    .with("score", row -> FigureText.difference(row.comparison()))
                    .with("questions", row -> number(row.questions()))
                    .with("errors", row -> number(row.errorsA()) + " / " + number(row.errorsB()))
                    .with("videos", row -> number(row.videos()))
                    .with("tokens", ProtocolText::tokens)
                    .of(effects),
                ProtocolSentences.of(report)));
  }

  /** Returns what is compared: protocols, or methods under one; of several models with its name. */
  public static String difference(ProtocolEffect one, MethodNames names) {
    boolean several = names.all().stream().map(MethodKey::model).distinct().count() > 1;
    return (several ? one.model() + ", " : "")
        + (one.protocolA().equals(one.protocolB())
            ? Text.format(
                "%s minus %s under %s",
                names.method(one.methodA()), names.method(one.methodB()), one.protocolA())
            : Text.format("%s minus %s", one.protocolA(), one.protocolB()));
  }

  /** Returns the errors of both sides, such as {@code 12 of qwen2:8, 4 of lmms-eval:8}. */
  static String errors(ProtocolEffect one, MethodNames names) {
    boolean frames = !one.protocolA().equals(one.protocolB());
    return Text.format(
        "%,d of %s, %,d of %s",
        one.errorsA(),
        frames ? one.protocolA() : names.method(one.methodA()),
        one.errorsB(),
        frames ? one.protocolB() : names.method(one.methodB()));
  }

  /** Prints it. */
  public void print(Console console) {
    console.table(title, cells, 3);
    sentences.forEach(console.out()::println);
  }

  /** Returns what is not the same, in words. */
  public static String words(EffectKind kind) {
    return switch (kind) {
      case FRAMES -> "choice of frames";
      case PROTOCOL -> "protocol";
      case NUMBER -> "half as many frames";
      case METHOD -> "method";
      case CONTROL -> "method or fewer frames";
    };
  }

  private static String tokens(ProtocolEffect row) {
    return tokens(row.tokensA()) + " / " + tokens(row.tokensB());
  }

  private static String tokens(OptionalDouble number) {
    return FigureText.number(number, 1, 1);
  }

  private static String number(long count) {
    return Text.format("%,d", count);
  }
}
