package io.prumerge.estimate;

import io.prumerge.architecture.QueryConnector;
import io.prumerge.cost.ModelShape;
import io.prumerge.lang.Text;
import java.util.OptionalInt;

/**
 * A model shape with a name.
 *
 * @param name the name in commands and tables
 * @param shape the dimensions
 * @param views pictures of the tower's size into which one image is split; what the tower takes at
 *     once of a video
 * @param video the visual tokens of a video before any reduction, made of all patches of its frames
 *     behind the connector; empty where patches are the tokens
 */
public record NamedShape(String name, ModelShape shape, int views, OptionalInt video) {

  /** A model that is shown pictures. */
  public NamedShape(String name, ModelShape shape, int views) {
    this(name, shape, views, OptionalInt.empty());
  }

  /**
   * Returns a model that is shown videos; the name says of how many frames.
   *
   * @param views of these frames, whose patches are the visual tokens
   */
  public static NamedShape ofVideo(String name, ModelShape shape, int frames, int views) {
    return new NamedShape(ofFrames(name, frames), shape, views);
  }

  /**
   * Returns the same of frames that are pooled behind the connector.
   *
   * @param tokens of a video
   */
  public static NamedShape ofPooledVideo(String name, ModelShape shape, int frames, int tokens) {
    return new NamedShape(ofFrames(name, frames), shape, frames, OptionalInt.of(tokens));
  }

  private static String ofFrames(String name, int frames) {
    return Text.format("%s with %d frames", name, frames);
  }

  public NamedShape {
    if (views < 1) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot use shape '%s': an image needs at least 1 view, not %d", name, views));
    }
  }

  /**
   * Returns whether visual tokens stand for patches, so that some may be dropped before the
   * decoder.
   */
  public boolean hasPatches() {
    return shape.connector().asQueries().isEmpty();
  }

  /** Returns whether PruMerge can choose among them, which takes a class token. */
  public boolean hasClassToken() {
    return hasPatches() && shape.tower().kind().classTokens() > 0;
  }

  /**
   * Returns whether a model has the dimensions by which its family's others differ from it.
   *
   * @param tiled whether it sees an image in several views
   */
  public boolean isOfDimensions(ModelShape other, boolean tiled) {
    return shape.tower().patches() == other.tower().patches()
        && shape.decoder().width() == other.decoder().width()
        && shape.decoder().layers() == other.decoder().layers()
        && shape.decoder().kvHeads() == other.decoder().kvHeads()
        && shape.tower().layers() == other.tower().layers()
        && tiled == views > 1;
  }

  /** Returns the visual tokens of one image, or of a video, before any reduction. */
  public int visualTokens() {
    return video.orElseGet(
        () ->
            shape
                .connector()
                .asQueries()
                .map(QueryConnector::count)
                .orElseGet(() -> Math.multiplyExact(views, shape.tower().patches())));
  }
}
