package io.prumerge.explain;

import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.engine.QueryAttention;
import io.prumerge.engine.StayingTokens;
import io.prumerge.store.FileNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One image with its explanation under each method.
 *
 * @param source path of the image
 * @param folder folder of its files, next to the page
 * @param sha256 of the encoded bytes, hexadecimal
 * @param methods in the order of the command
 */
public record ExplainedImage(
    String source,
    String folder,
    String sha256,
    Explanation explanation,
    List<ExplainedMethod> methods) {

  public ExplainedImage {
    methods = List.copyOf(methods);
  }

  /** Returns the canvases for all drawings of this image. */
  List<ImageCanvas> grounds() {
    return ImageCanvas.of(explanation, "picture-" + folder);
  }

  /** Returns PNG files by their names in {@link #folder}. */
  public Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    drawings().entrySet().parallelStream() // each is a second of a core's time for a large picture
        .map(drawing -> Map.entry(drawing.getKey(), PngRenderer.of(drawing.getValue())))
        .forEachOrdered(file -> files.put(file.getKey(), file.getValue()));
    return files;
  }

  private Map<String, Drawing> drawings() {
    Map<String, Drawing> files = new LinkedHashMap<>();
    for (ImageCanvas ground : grounds()) {
      String prefix = ground.map().isTiled() ? "tiles-" : "";
      files.put(prefix + "attention.png", AttentionDrawing.of(ground));
      for (ExplainedMethod method : methods) {
        MethodChoice choice = method.choice();
        String name = FileNames.safe(choice.method().toString());
        String suffix = "-" + name + ".png";
        if (explanation.queries().isPresent()) {
          QueryAttention looks = explanation.queries().get();
          for (StayingTokens staying : choice.staying()) {
            files.put(
                String.format(Locale.ROOT, "queries-%s-from-%d.png", name, staying.layer()),
                AttentionDrawing.of(ground, looks, staying));
          }
          continue;
        }
        files.put(prefix + "kept" + suffix, KeptDrawing.of(ground, choice));
        for (StayingTokens staying : choice.staying()) {
          files.put(
              String.format(Locale.ROOT, "%skept-%s-from-%d.png", prefix, name, staying.layer()),
              KeptDrawing.of(ground, choice, staying));
        }
        if (!ground.map().merges(choice).isEmpty()) {
          files.put(prefix + "merged" + suffix, MergeDrawing.of(ground, choice));
        }
      }
    }
    List<String> names = ViewSection.names(explanation);
    for (int view = 0; view < names.size(); view++) {
      String prefix = view == 0 ? "" : names.get(view).replace(' ', '-') + "-";
      files.put(
          prefix + "histogram.png",
          HistogramDrawing.of(explanation.views().get(view), AttentionSource.of(explanation)));
    }
    return files;
  }
}
