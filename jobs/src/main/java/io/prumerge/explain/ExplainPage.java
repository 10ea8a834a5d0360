package io.prumerge.explain;

import io.prumerge.engine.Answer;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.reduction.Merge;
import io.prumerge.reduction.Quartiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * All images with everything about them as one HTML file that needs nothing else, neither a network
 * nor a script.
 */
public final class ExplainPage {

  private final Questioned questioned;
  private final Markup page = new Markup();

  private ExplainPage(Questioned questioned) {
    this.questioned = questioned;
  }

  /** The file's text, to be stored as UTF-8. */
  public static String of(Questioned questioned, List<ExplainedImage> images) {
    ExplainPage page = new ExplainPage(questioned);
    page.write(images);
    return page.page.toString();
  }

  private void write(List<ExplainedImage> images) {
    page.declaration("<!DOCTYPE html>\n");
    page.open("html", "lang", "en").open("head");
    page.leaf("meta", "charset", "utf-8");
    page.leaf("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.leaf("meta", "name", "color-scheme", "content", "light dark");
    page.element("title", "What the methods keep · " + questioned.model());
    page.element("style", style());
    page.close().open("body");
    header();
    page.open("main");
    images.forEach(this::image);
    page.close().close().close();
  }

  private static String style() {
    try (InputStream css = ExplainPage.class.getResourceAsStream("explain.css")) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the resource explain.css", e);
    }
  }

  private void header() {
    page.open("header");
    page.element("h1", "What the methods keep");
    page.element(
        "p",
        "%s, %s on %s, images %s"
            .formatted(
                questioned.model(),
                questioned.dtype(),
                questioned.device(),
                questioned.imageAspect().equals("pad") ? "padded to a square" : "cropped"));
    questioned.prompt().ifPresent(prompt -> page.element("p", prompt, "class", "prompt"));
    page.close();
  }

  private void image(ExplainedImage image) {
    Explanation explanation = image.explanation();
    Ground ground = image.ground();
    page.open("section");
    page.element("h2", image.source().substring(image.source().lastIndexOf('/') + 1));
    page.element("p", image.source(), "class", "source");
    page.open("svg", "class", "definitions", "aria-hidden", "true").open("defs");
    ground.define(page);
    page.close().close();
    page.element(
        "p",
        "%d × %d pixels as %d × %d patches. %s"
            .formatted(
                explanation.picture().width(),
                explanation.picture().height(),
                explanation.gridSide(),
                explanation.gridSide(),
                outliers(explanation)));
    page.open("div", "class", "figures");
    figure(
        AttentionDrawing.of(ground),
        "Attention of the class token to each patch; outliers are framed.");
    figure(
        HistogramDrawing.of(explanation),
        "The same as a histogram over a logarithmic axis, with the box from Q1 to Q3 and the fence.");
    page.close();
    quartiles(explanation);
    page.element("h3", questioned.prompt().isPresent() ? "Answers" : "Kept patches");
    page.open("div", "class", "cards");
    image.methods().forEach(method -> card(ground, method));
    page.close();
    costs(image);
    image.methods().stream()
        .filter(method -> !method.choice().merges().isEmpty())
        .forEach(method -> merges(ground, method.choice()));
    page.close();
  }

  private static String outliers(Explanation explanation) {
    int outliers = explanation.outliers().size();
    return outliers == 0
        ? "No patch's attention is an outlier."
        : "The attention to %d of them (%s) is an outlier."
            .formatted(
                outliers, Numbers.percent((double) outliers / explanation.attention().size()));
  }

  private void figure(Drawing drawing, String caption) {
    page.open("figure");
    drawing.embed(page);
    page.element("figcaption", caption);
    page.close();
  }

  private void quartiles(Explanation explanation) {
    Quartiles quartiles = explanation.quartiles();
    List<Float> attention = explanation.attention();
    page.open("dl", "class", "numbers");
    number("Q1", quartiles.first());
    number("Q3", quartiles.third());
    number("fence, Q3 + 1.5 (Q3 − Q1)", quartiles.fence());
    number("largest", attention.stream().mapToDouble(Float::doubleValue).max().orElseThrow());
    number("sum over all patches", attention.stream().mapToDouble(Float::doubleValue).sum());
    number(
        "sum over the outliers", explanation.outliers().stream().mapToDouble(attention::get).sum());
    page.close();
  }

  private void number(String name, double value) {
    page.open("div").element("dt", name).element("dd", Numbers.digits(value, 4)).close();
  }

  private void card(Ground ground, ExplainedMethod method) {
    MethodChoice choice = method.choice();
    page.open("article", "class", "card");
    page.element("h4", choice.method().toString());
    page.element("p", tokens(ground.explanation(), choice), "class", "tokens");
    figure(KeptDrawing.of(ground, choice), kept(choice));
    method.answer().ifPresent(this::answer);
    page.close();
  }

  private static String tokens(Explanation explanation, MethodChoice choice) {
    return choice.tokens() == explanation.tokens()
        ? "all %d tokens".formatted(choice.tokens())
        : "%d of %d tokens (%s)"
            .formatted(
                choice.tokens(),
                explanation.tokens(),
                Numbers.percent((double) choice.tokens() / explanation.tokens()));
  }

  private static String kept(MethodChoice choice) {
    String patches = choice.kept().map(kept -> kept.size() + " patches").orElse("Every patch");
    return patches + (choice.work().summary() ? " and a summary of the others" : "");
  }

  private void answer(Answer answer) {
    if (answer.error() == null) {
      page.element("blockquote", answer.text());
    } else {
      page.element("p", answer.error(), "class", "error");
    }
  }

  private void costs(ExplainedImage image) {
    page.open("div", "class", "wide").open("table");
    page.element("caption", "GFLOPs of one question, and the KV cache at its end");
    page.open("thead").open("tr");
    for (String name :
        List.of(
            "method",
            "tokens",
            "tower",
            "reduction",
            "projector",
            "prefill",
            "decode",
            "total",
            "KV kB")) {
      page.element("th", name, "scope", "col");
    }
    page.close().close().open("tbody");
    image.methods().forEach(this::cost);
    page.close().close().close();
    if (questioned.prompt().isEmpty()) {
      page.element(
          "p",
          "Without a question (--prompt) the language model has nothing to do.",
          "class",
          "note");
    }
  }

  private void cost(ExplainedMethod method) {
    page.open("tr").element("th", method.choice().method().toString(), "scope", "row");
    page.element("td", Integer.toString(method.choice().tokens()));
    giga(method.flopsVision());
    giga(method.flopsReduction());
    giga(method.flopsProjector());
    if (method.answered().isPresent()) {
      Answer answer = method.answered().get();
      giga(answer.cost().prefill());
      giga(answer.cost().decode());
      giga(answer.cost().total());
      page.element("td", Numbers.digits(answer.kvCacheBytes() / 1e3, 4));
    } else {
      for (int empty = 0; empty < 4; empty++) {
        page.element("td", "–");
      }
    }
    page.close();
  }

  private void giga(long flops) {
    page.element("td", Numbers.digits(flops / 1e9, 4));
  }

  private void merges(Ground ground, MethodChoice choice) {
    List<Merge> merges = choice.merges();
    page.element("h3", "What %s merges".formatted(choice.method()));
    page.open("div", "class", "figures");
    figure(
        MergeDrawing.of(ground, choice),
        "Numbers in strong colours are kept patches in the order fed. The others have the number of the most similar one they are merged into; faded ones are merged nowhere.");
    page.open("div", "class", "text");
    MergeText.lines(ground.explanation(), choice).forEach(line -> page.element("p", line));
    page.close().close();
    page.open("details");
    page.element("summary", "Each of the %d tokens".formatted(merges.size()));
    page.open("div", "class", "tokens-grid");
    for (int number = 1; number <= merges.size(); number++) {
      Merge merge = merges.get(number - 1);
      figure(
          TokenDrawing.of(ground, merge, number),
          MergeText.caption(ground.explanation(), merge, number));
    }
    page.close();
    table(ground.explanation(), merges);
    page.close();
  }

  private void table(Explanation explanation, List<Merge> merges) {
    page.open("div", "class", "wide").open("table", "class", "merged");
    page.element("caption", "Merged patches as row.column × weight, the most similar first");
    page.open("tbody");
    for (int number = 1; number <= merges.size(); number++) {
      page.open("tr").element("th", Integer.toString(number), "scope", "row");
      page.element("td", MergeText.place(explanation, merges.get(number - 1).kept()));
      page.element("td", MergeText.neighbours(explanation, merges.get(number - 1)));
      page.close();
    }
    page.close().close().close();
  }
}
