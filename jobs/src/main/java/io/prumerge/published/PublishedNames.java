package io.prumerge.published;

import io.prumerge.cost.ModelShape;
import io.prumerge.estimate.NamedShape;
import io.prumerge.estimate.ShapeTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Names as people write them, who spell them in several ways. */
public final class PublishedNames {

  /** How tables call a model whose tokens are not reduced. */
  private static final List<String> UNREDUCED =
      List.of("none", "vanilla", "unpruned", "full", "alltokens", "nopruning", "original");

  private static final List<NamedShape> SHAPES = shapes();

  private PublishedNames() {}

  private static List<NamedShape> shapes() {
    ShapeTable table = ShapeTable.bundled();
    return table.names().stream().map(table::named).toList();
  }

  /** Returns whether both spell one name: case and punctuation aside. */
  public static boolean areEqual(String one, String other) {
    return letters(one).equals(letters(other));
  }

  /** Returns whether a method's name says that no tokens are reduced. */
  public static boolean isUnreduced(String method) {
    return UNREDUCED.contains(letters(method));
  }

  /**
   * Returns whether both spell one model: as {@link #areEqual}, with or without its owner, a
   * version's {@code v}, and the {@code -hf} that the hub's converted checkpoints have.
   */
  public static boolean areOneModel(String one, String other) {
    return model(one).equals(model(other));
  }

  /**
   * Returns whether a model of these dimensions may be what a name stands for.
   *
   * @param tiled whether it sees an image in several views
   */
  public static boolean isOfDimensions(String name, ModelShape shape, boolean tiled) {
    return known(name).filter(one -> one.isOfDimensions(shape, tiled)).isPresent();
  }

  /** Returns whether the dimensions of a named model are known, and are others. */
  public static boolean isOfOtherDimensions(String name, ModelShape shape, boolean tiled) {
    return known(name).filter(one -> !one.isOfDimensions(shape, tiled)).isPresent();
  }

  private static Optional<NamedShape> known(String name) {
    return SHAPES.stream().filter(one -> areOneModel(one.name(), name)).findFirst();
  }

  private static String model(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return letters(last.replaceAll("(?<![a-z0-9])v(?=[0-9])", "").replaceAll("[^a-z0-9]hf$", ""));
  }

  private static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }
}
