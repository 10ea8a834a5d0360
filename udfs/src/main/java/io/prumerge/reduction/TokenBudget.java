package io.prumerge.reduction;

import io.prumerge.image.ViewSpan;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How many tokens a method leaves of every image or video, {@code tokens=N}. Another {@link Budget}
 * gives a number image by image.
 *
 * <p>The number is that of all views together: those of an image in tiles, of a video, or of a
 * prompt's several images and videos. Each of these has its part of N by its patches, at least one
 * token for each of its views. One whose part would be less has that least, and the others share
 * the rest. Each of its views keeps an equal part. What is left over of an image is lost, as in the
 * code of HiPrune and SCOPE; videos have what is left over beside them, and the first views of a
 * video keep one token more. So one image of one view, one video, and such an image beside videos
 * have N. Learned rows that stay under every method ({@link PatchTokens#staying}) are not counted.
 */
public record TokenBudget(int count) {

  /** The parameter's key. */
  public static final String KEY = "tokens";

  /** The parameter of methods that leave so many tokens of any image. */
  public static final Parameter<Integer> NEEDED = Parameter.count(KEY).needed("64");

  /** The parameter of methods that can do without it. */
  public static final Parameter<Integer> OPTIONAL = Parameter.count(KEY);

  /** Reads {@code tokens=N}, which must be given. */
  public static TokenBudget of(Parameters parameters) {
    return new TokenBudget(
        parameters
            .given(NEEDED)
            .orElseThrow(() -> parameters.refusal("give tokens=N or tokens=@METHOD")));
  }

  /**
   * Returns the tokens to keep of this view, from 1 to its patches: an equal part of its image's or
   * video's.
   *
   * @throws ReductionException if the views have fewer patches than demanded, or are more
   */
  public int tokens(PatchTokens patches) {
    return tokens(patches, false);
  }

  /**
   * As {@link #tokens(PatchTokens)}, where a video's views may lose all.
   *
   * @param videosWhole as {@link #ofImage(PatchTokens, boolean)}
   */
  public int tokens(PatchTokens patches, boolean videosWhole) {
    int all = ofImage(patches, videosWhole);
    ViewSpan own = patches.ownViews();
    return patches.ofVideo() ? own.part(all, patches.view()) : all / own.count();
  }

  /**
   * Returns the tokens to keep of all views.
   *
   * @throws ReductionException as {@link #tokens(PatchTokens)}
   */
  public int total(PatchTokens patches) {
    ofImage(patches);
    return count;
  }

  /**
   * Returns the tokens to keep of this view's image or video, at least one for each view.
   *
   * @throws ReductionException as {@link #tokens(PatchTokens)}
   */
  public int ofImage(PatchTokens patches) {
    return ofImage(patches, false);
  }

  /**
   * Returns the tokens to keep of this view's image or video.
   *
   * @param videosWhole whether a video's views may lose all: then its least is one token
   * @throws ReductionException if there are fewer patches than demanded, or more that keep one
   */
  public int ofImage(PatchTokens patches, boolean videosWhole) {
    List<Part> parts = new ArrayList<>();
    for (int view = 0; view < patches.views().size(); ) {
      PatchTokens first = patches.views().get(view);
      int views = first.ownViews().count();
      parts.add(
          new Part(
              (long) views * first.count(),
              videosWhole && first.ofVideo() ? 1 : views,
              first.ofVideo(),
              view == patches.ownViews().first()));
      view += views;
    }
    requirePossible(patches, parts);
    parts.sort(Comparator.comparing(Part::ofVideo)); // so that videos have what is left over
    return part(parts);
  }

  /**
   * An image or a video.
   *
   * @param least tokens that it keeps at least
   * @param asked whether it is the one whose tokens are asked for
   */
  private record Part(long patches, int least, boolean ofVideo, boolean asked) {}

  private void requirePossible(PatchTokens patches, List<Part> parts) {
    String what = patches.ofVideo() ? "video" : "image";
    long most = parts.stream().mapToLong(Part::patches).sum();
    if (count > most) {
      throw new ReductionException(
          Text.format(
              "Cannot keep %d tokens: the %s has %d patches; give tokens=%d or fewer",
              count, what, most, most));
    }
    long least = parts.stream().mapToLong(Part::least).sum();
    if (count < least) {
      throw new ReductionException(
          Text.format(
              "Cannot keep %d tokens: the %s has %d views, each of which keeps at least one;"
                  + " give tokens=%d or more",
              count, what, least, least));
    }
  }

  private int part(List<Part> parts) {
    long tokens = count;
    long patches = parts.stream().mapToLong(Part::patches).sum();
    for (int i = 0; i < parts.size(); ) {
      Part part = parts.get(i);
      if (tokens * part.patches() >= part.least() * patches) {
        i++;
      } else if (part.asked()) {
        return part.least();
      } else {
        parts.remove(i);
        tokens -= part.least();
        patches -= part.patches();
        i = 0;
      }
    }
    Part asked = parts.stream().filter(Part::asked).findFirst().orElseThrow();
    long before =
        parts.stream()
            .takeWhile(part -> asked.ofVideo() && !part.asked())
            .mapToLong(Part::patches)
            .sum();
    return (int) (tokens * (before + asked.patches()) / patches - tokens * before / patches);
  }

  /** Returns the parameter's canonical value. */
  public String value() {
    return Integer.toString(count);
  }
}
