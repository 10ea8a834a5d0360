package io.prumerge.explain;

import io.prumerge.engine.Explanation;
import io.prumerge.store.FileNames;
import java.util.LinkedHashMap;
import java.util.List;
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

  /** Returns the canvas for all drawings of this image. */
  ImageCanvas ground() {
    return new ImageCanvas(explanation, "picture-" + folder);
  }

  /** Returns PNG files by their names in {@link #folder}. */
  public Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    ImageCanvas ground = ground();
    files.put("attention.png", Png.of(AttentionDrawing.of(ground)));
    files.put("histogram.png", Png.of(HistogramDrawing.of(explanation)));
    for (ExplainedMethod method : methods) {
      String name = FileNames.safe(method.choice().method().toString());
      files.put("kept-" + name + ".png", Png.of(KeptDrawing.of(ground, method.choice())));
      if (!method.choice().merges().isEmpty()) {
        files.put("merged-" + name + ".png", Png.of(MergeDrawing.of(ground, method.choice())));
      }
    }
    return files;
  }
}
