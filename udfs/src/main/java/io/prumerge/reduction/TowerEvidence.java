package io.prumerge.reduction;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Facts about one image's N patches that the vision tower and the connector give. Each is computed
 * at most once per image, in fp32, and only if a method asks for it. Values are row-major.
 */
public sealed interface TowerEvidence {

  /** The evidence that this one is computed from, if any. */
  default Optional<TowerEvidence> source() {
    return Optional.empty();
  }

  /** The layers whose queries or keys it is computed from. */
  default List<TowerLayer> layers() {
    return List.of();
  }

  /** Returns some evidence and all that it is computed from. */
  static Set<TowerEvidence> withSources(Collection<TowerEvidence> evidence) {
    Set<TowerEvidence> all = new LinkedHashSet<>();
    for (TowerEvidence one : evidence) {
      one.source().ifPresent(all::add);
      all.add(one);
    }
    return all;
  }

  /**
   * PruMerge's attention: of CLS to each patch in the tower's very last layer, all heads as one of
   * full width, softmax over all N + 1 keys, not renormalised; [N].
   */
  record FullWidthAttention() implements TowerEvidence {}

  /**
   * The attention of CLS to each patch in a layer: softmax over all N + 1 keys, mean over the
   * heads; [N].
   */
  record ClassAttention(TowerLayer layer) implements TowerEvidence {

    @Override
    public List<TowerLayer> layers() {
      return List.of(layer);
    }
  }

  /**
   * The attention of CLS to each patch in a layer: softmax over the N patches alone, mean over the
   * heads; [N].
   */
  record PatchAttention(TowerLayer layer) implements TowerEvidence {
    @Override
    public List<TowerLayer> layers() {
      return List.of(layer);
    }
  }

  /** The products of the keys of each pair of patches in a layer, all heads together; [N, N]. */
  record KeyProducts(TowerLayer layer) implements TowerEvidence {
    @Override
    public List<TowerLayer> layers() {
      return List.of(layer);
    }
  }

  /**
   * The attention that each patch gets in a layer: mean over the heads and over all N + 1 querying
   * tokens; [N].
   */
  record ColumnAttention(TowerLayer layer) implements TowerEvidence {

    @Override
    public List<TowerLayer> layers() {
      return List.of(layer);
    }
  }

  /** The keys of the patches in a layer, mean over the heads; [N, width of a head]. */
  record HeadMeanKeys(TowerLayer layer) implements TowerEvidence {

    @Override
    public List<TowerLayer> layers() {
      return List.of(layer);
    }
  }

  /** The selected features of the patches; [N, F]. */
  record Features() implements TowerEvidence {}

  /** All patches behind the connector; [N, width of the decoder]. */
  record Projected() implements TowerEvidence {}

  /**
   * The features of the same picture in a smaller image, from a run of the tower of its own; [side
   * x side, F]. No method looks at it to choose tokens: it is the tokens.
   *
   * @param side in patches
   */
  record SmallImage(int side) implements TowerEvidence {
    /** Returns their number. */
    public int patches() {
      return side * side;
    }
  }

  /**
   * The principal components of the patches' sigmoid features, a feature's channels as samples: the
   * absolute loadings of each patch on each component, by falling variance; [N, N].
   */
  record Loadings() implements TowerEvidence {

    @Override
    public Optional<TowerEvidence> source() {
      return Optional.of(new Features());
    }
  }

  /** The cosine of each pair of patches, 0 for a zero vector; [N, N]. */
  enum Cosines implements TowerEvidence {
    OF_FEATURES(new Features()),
    OF_PROJECTED(new Projected());

    private final TowerEvidence source;

    Cosines(TowerEvidence source) {
      this.source = source;
    }

    @Override
    public Optional<TowerEvidence> source() {
      return Optional.of(source);
    }
  }
}
