package io.prumerge.plan;

import io.prumerge.config.LlavaConfig;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.NativeSize;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pictures of the examples as a model sees them. Those of which it sees as many views, patches
 * and tokens are of one kind.
 *
 * @param config of the model
 * @param kinds of the pictures whose size is known, by rising number of patches
 * @param unknown rows about pictures of which the model may see anything
 */
public record SeenPictures(LlavaConfig config, List<PictureKind> kinds, long unknown) {

  /** Numbers of pictures that a prompt may have. */
  private static final List<Integer> SEVERAL = List.of(2, 8, 64);

  /** Numbers of frames that a video may have. */
  private static final List<Integer> FRAMES = List.of(1, 8, 64);

  public SeenPictures {
    kinds = kinds.stream().sorted(Comparator.comparingInt(PictureKind::patches)).toList();
  }

  /** Returns pictures of which nothing is known. */
  static SeenPictures unknown(LlavaConfig config) {
    return new SeenPictures(config, List.of(), 1);
  }

  /** Returns one picture, for a model that sees as much of each. */
  static SeenPictures one(LlavaConfig config) {
    return of(config, List.of(new PlannedSize(0, 0, 1, 1)));
  }

  /** Returns whether what a model sees of a picture depends on its size. */
  public static boolean dependOnSize(LlavaConfig config) {
    return config.family().tiling().isPresent()
        || config.family().size().filter(size -> !size.square()).isPresent();
  }

  /** Returns the pictures of these sizes. */
  static SeenPictures of(LlavaConfig config, List<PlannedSize> sizes) {
    Map<ImageLook, TypicalImage> examples = new LinkedHashMap<>();
    Map<ImageLook, Long> rows = new LinkedHashMap<>();
    long unknown = 0;
    for (PlannedSize size : sizes) {
      if (isAnswered(config, size)) {
        Optional<TypicalImage> seen = seen(config, size);
        seen.ifPresent(
            image -> {
              examples.putIfAbsent(image.look(), image);
              rows.merge(image.look(), size.rows(), Long::sum);
            });
        unknown += seen.isEmpty() ? size.rows() : 0;
      }
    }
    List<PictureKind> kinds = new ArrayList<>();
    examples.forEach((look, image) -> kinds.add(new PictureKind(image, rows.get(look))));
    return new SeenPictures(config, kinds, unknown);
  }

  // Others are errors under every method.
  private static boolean isAnswered(LlavaConfig config, PlannedSize size) {
    boolean several = size.images() == 1 || config.family().severalImages();
    boolean known = size.width() > 0;
    return several
        && (!known
            || config.family().size().stream()
                .allMatch(own -> own.takes(size.width(), size.height())));
  }

  private static Optional<TypicalImage> seen(LlavaConfig config, PlannedSize size) {
    if (size.frames() > 0) {
      return config.family().video().map(taken -> video(config, size));
    }
    boolean one = size.images() == 1;
    boolean whole =
        !dependOnSize(config) || !one && config.family().severalWhole(); // whatever the size
    if (whole) {
      return Optional.of(TypicalImage.of(config, ViewGrid.ONE_VIEW, size.images()));
    }
    return one && size.width() > 0
        ? Optional.of(TypicalImage.of(config, config.views(size.width(), size.height()), 1))
        : Optional.empty();
  }

  // Whatever the size, where that changes nothing; else a photograph's where it is not known.
  private static TypicalImage video(LlavaConfig config, PlannedSize size) {
    ViewGrid sides =
        size.width() > 0 ? ViewGrid.whole(size.width(), size.height()) : LlavaConfig.PHOTOGRAPH;
    return TypicalImage.of(config, config.video(sides.width(), sides.height(), size.frames()), 1);
  }

  /**
   * Returns what the model may see of one picture of any size, of several, or of a video; of those
   * that keep their size, the fewest and the most patches, and the longest rows and columns, are
   * among it.
   */
  List<TypicalImage> possible() {
    List<TypicalImage> all =
        new ArrayList<>(grids().stream().map(grid -> TypicalImage.of(config, grid, 1)).toList());
    if (config.family().severalImages()) {
      ViewGrid each = config.family().severalWhole() ? ViewGrid.ONE_VIEW : largest().image();
      SEVERAL.forEach(images -> all.add(TypicalImage.of(config, each, images)));
    }
    if (config.family().video().isPresent()) {
      FRAMES.stream()
          .map(frames -> video(config, new PlannedSize(0, 0, 1, frames, 1)))
          .forEach(all::add);
    }
    return all;
  }

  private List<ViewGrid> grids() {
    if (config.family().tiling().isPresent()) {
      return config.family().tiling().get().resolutions().stream()
          .map(size -> config.views(size.width(), size.height()))
          .toList();
    }
    if (!dependOnSize(config)) {
      return List.of(ViewGrid.ONE_VIEW);
    }
    NativeSize own = config.family().size().orElseThrow();
    int side = (int) Math.sqrt(own.most());
    int longest = own.multiple() * NativeSize.MOST_ASPECT;
    return List.of(
        LlavaConfig.PHOTOGRAPH,
        ViewGrid.whole(side, side),
        ViewGrid.whole(longest, own.multiple()),
        ViewGrid.whole(own.multiple(), longest),
        ViewGrid.whole(1, 1));
  }

  /** Returns one picture of the most patches that the model may see. */
  TypicalImage largest() {
    return grids().stream()
        .map(grid -> TypicalImage.of(config, grid, 1))
        .max(Comparator.comparingInt(TypicalImage::patches))
        .orElseThrow();
  }

  /**
   * Returns an image whose number of patches is next to the pictures' mean. Where no size is known,
   * a photograph, or an image of the most tiles.
   */
  public TypicalImage typical() {
    if (kinds.isEmpty()) {
      return config.family().tiling().isPresent()
          ? largest()
          : TypicalImage.of(config, grids().get(0), 1);
    }
    long rows = kinds.stream().mapToLong(PictureKind::rows).sum();
    double mean =
        kinds.stream().mapToDouble(kind -> (double) kind.patches() * kind.rows()).sum() / rows;
    return kinds.stream()
        .min(Comparator.comparingDouble(kind -> Math.abs(kind.patches() - mean)))
        .orElseThrow()
        .example();
  }

  /** Returns the pictures' numbers of patches in words, as in {@code 12 to 391}. */
  public String patches() {
    int least = kinds.get(0).patches();
    int most = kinds.get(kinds.size() - 1).patches();
    return least == most ? Text.format("%,d", least) : Text.format("%,d to %,d", least, most);
  }
}
