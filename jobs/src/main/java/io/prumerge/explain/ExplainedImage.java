package io.prumerge.explain;

import static io.prumerge.store.FileNames.putNew;

import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.engine.QueryAttention;
import io.prumerge.engine.StayingTokens;
import io.prumerge.lang.Text;
import io.prumerge.store.FileNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One image or video with its explanation under each method.
 *
 * @param source path of the image, or of the folder of the frames
 * @param folder folder of its files, next to the page
 * @param sha256 of the encoded bytes, hexadecimal; of a video, of its frames' hashes
 * @param video the frames; empty for an image
 * @param methods in the order of the command
 */
public record ExplainedImage(
    String source,
    String folder,
    String sha256,
    Explanation explanation,
    Optional<VideoStrip> video,
    List<ExplainedMethod> methods) {

  public ExplainedImage {
    methods = List.copyOf(methods);
  }

  /** An image. */
  ExplainedImage(
      String source,
      String folder,
      String sha256,
      Explanation explanation,
      List<ExplainedMethod> methods) {
    this(source, folder, sha256, explanation, Optional.empty(), methods);
  }

  /** Returns the canvases for all drawings; of a video, those of the views that are drawn. */
  List<ImageCanvas> grounds() {
    String id = "picture-" + folder;
    return video
        .map(strip -> ImageCanvas.of(explanation, strip, id))
        .orElseGet(() -> ImageCanvas.of(explanation, id));
  }

  /** Returns PNG files by their names in {@link #folder}. */
  public Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    drawings().entrySet().parallelStream() // each is a second of a core's time for a large picture
        .map(drawing -> Map.entry(drawing.getKey(), PngRenderer.of(drawing.getValue())))
        .forEachOrdered(file -> files.put(file.getKey(), file.getValue()));
    return files;
  }

  private Map<String, SvgDrawing> drawings() {
    return video.map(this::strips).orElseGet(this::pictures);
  }

  /**
   * Returns the attention and each method's kept patches, of all drawn frames beside each other.
   */
  private Map<String, SvgDrawing> strips(VideoStrip strip) {
    List<ImageCanvas> grounds = grounds();
    List<String> names = strip.shown().stream().map(strip::name).toList();
    Map<String, SvgDrawing> files = new LinkedHashMap<>();
    Map<String, String> spelt = spelt();
    String title = AttentionSource.of(explanation).title();
    putNew(
        files,
        "attention.png",
        StripDrawing.of(title, grounds.stream().map(AttentionDrawing::of).toList(), names));
    for (ExplainedMethod method : methods) {
      MethodChoice choice = method.choice();
      String name = spelt.get(choice.method().toString());
      putNew(
          files,
          "kept-" + name + ".png",
          StripDrawing.of(
              "Patches kept by " + choice.method(),
              grounds.stream().map(ground -> KeptDrawing.of(ground, choice)).toList(),
              KeptDrawing.counts(grounds, names, map -> map.kept(choice))));
      for (StayingTokens staying : choice.staying()) {
        putNew(
            files,
            Text.format("kept-%s-from-%d.png", name, staying.layer()),
            StripDrawing.of(
                StayingText.layers(staying.layer(), staying.last()),
                grounds.stream().map(ground -> KeptDrawing.of(ground, choice, staying)).toList(),
                KeptDrawing.counts(
                    grounds, names, map -> Optional.of(map.here(staying.patches())))));
      }
    }
    return files;
  }

  /** Returns the methods as they stand in names of files. */
  private Map<String, String> spelt() {
    return FileNames.safe(
        methods.stream().map(method -> method.choice().method().toString()).toList());
  }

  private Map<String, SvgDrawing> pictures() {
    Map<String, SvgDrawing> files = new LinkedHashMap<>();
    Map<String, String> spelt = spelt();
    for (ImageCanvas ground : grounds()) {
      String prefix = ground.map().isTiled() ? "tiles-" : "";
      putNew(files, prefix + "attention.png", AttentionDrawing.of(ground));
      for (ExplainedMethod method : methods) {
        MethodChoice choice = method.choice();
        String name = spelt.get(choice.method().toString());
        String suffix = "-" + name + ".png";
        if (explanation.queries().isPresent()) {
          QueryAttention looks = explanation.queries().get();
          for (StayingTokens staying : choice.staying()) {
            putNew(
                files,
                Text.format("queries-%s-from-%d.png", name, staying.layer()),
                AttentionDrawing.of(ground, looks, staying));
          }
          continue;
        }
        putNew(files, prefix + "kept" + suffix, KeptDrawing.of(ground, choice));
        for (StayingTokens staying : choice.staying()) {
          putNew(
              files,
              Text.format("%skept-%s-from-%d.png", prefix, name, staying.layer()),
              KeptDrawing.of(ground, choice, staying));
        }
        if (!ground.map().merges(choice).isEmpty()) {
          putNew(files, prefix + "merged" + suffix, MergeDrawing.of(ground, choice));
        }
      }
    }
    List<String> names = ViewSection.names(explanation);
    for (int view = 0; view < names.size(); view++) {
      String prefix = view == 0 ? "" : names.get(view).replace(' ', '-') + "-";
      putNew(
          files,
          prefix + "histogram.png",
          HistogramDrawing.of(explanation.views().get(view), AttentionSource.of(explanation)));
    }
    return files;
  }
}
