package io.prumerge.reduction;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Facts about one image's N patches that the vision tower and the connector give, alone or with a
 * question's text. Each is computed at most once per image, or per image and question, in fp32, and
 * only if a method asks for it. Values are row-major.
 *
 * <p>Where methods' patches are blocks of the tower's own (Qwen2-VL, InternVL), attention, keys,
 * and features that are compared are means over a block's patches; so have them the codes of
 * HiPrune, VScan and MMTok for Qwen2.5-VL. Keys are as attention compares them, rotated there.
 */
public sealed interface TowerEvidence {

  /** Returns what a visitor makes of it. */
  <T> T accept(TowerEvidenceVisitor<T> visitor);

  /** Returns its shape, and what a plan takes for its values. */
  EvidenceForm form(EvidenceSizes sizes);

  /** Returns the evidence that this one is computed from, if any. */
  default Optional<TowerEvidence> source() {
    return Optional.empty();
  }

  /**
   * Returns the views whose {@link #source} it is computed from, numbered as {@link
   * PatchTokens#views} has them.
   *
   * @param view that it is asked of
   */
  default IntStream views(PatchTokens view) {
    return IntStream.of(view.view());
  }

  /** Returns whether it is the same of each of an image's views. */
  default boolean ofSequence() {
    return false;
  }

  /** Returns the patches of a run of the tower that it has of its own, if it has one. */
  default OptionalInt ownRun() {
    return OptionalInt.empty();
  }

  /** Returns it as evidence of a text, if it is. */
  default Optional<OfText> ofText() {
    return Optional.empty();
  }

  /** Returns the CLIP folder that it needs, as the method names it. */
  default Optional<String> clip() {
    return Optional.empty();
  }

  /**
   * Returns whether it has few numbers for each patch and is of the tower's states alone, so that
   * it is nearly nothing to copy.
   */
  default boolean isSmall() {
    return false;
  }

  /** Returns the layers whose queries or keys it is computed from. */
  default List<TowerLayer> layers() {
    return List.of();
  }

  /** Returns whether it is about the class token, which some towers have not. */
  default boolean ofClassToken() {
    return false;
  }

  /** Returns whether it differs between the questions about one image. */
  default boolean perQuestion() {
    return false;
  }

  /** Returns some evidence and all that it is computed from. */
  static Set<TowerEvidence> withSources(Collection<TowerEvidence> evidence) {
    Set<TowerEvidence> all = new LinkedHashSet<>();
    for (TowerEvidence one : evidence) {
      one.source().ifPresent(source -> all.addAll(withSources(List.of(source))));
      all.add(one);
    }
    return all;
  }

  /** What each patch gets of an attention; [N]. */
  sealed interface Attention extends TowerEvidence {

    @Override
    default EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.ATTENTION.of(sizes.patches());
    }

    @Override
    default boolean ofClassToken() {
      return true;
    }

    @Override
    default boolean isSmall() {
      return true;
    }
  }

  /** Evidence of the queries or keys of one layer. */
  sealed interface OfLayer extends TowerEvidence {

    /** Returns the layer. */
    TowerLayer layer();

    @Override
    default List<TowerLayer> layers() {
      return List.of(layer());
    }
  }

  /** Evidence of patches after the connector. */
  sealed interface OfProjected extends TowerEvidence {

    @Override
    default Optional<TowerEvidence> source() {
      return Optional.of(new Projected());
    }
  }

  /**
   * PruMerge's attention: of CLS to each patch in the tower's very last layer, all heads as one of
   * full width, softmax over all N + 1 keys, not renormalised; [N].
   */
  record FullWidthAttention() implements Attention {

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.fullWidthAttention(this);
    }
  }

  /**
   * The attention of CLS to each patch in a layer: softmax over all N + 1 keys, mean over the
   * heads; [N].
   */
  record ClassAttention(TowerLayer layer) implements Attention, OfLayer {

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.classAttention(this);
    }
  }

  /**
   * The attention of CLS to each patch in a layer: softmax over the N patches alone, mean over the
   * heads; [N].
   */
  record PatchAttention(TowerLayer layer) implements Attention, OfLayer {

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.patchAttention(this);
    }
  }

  /** The products of the keys of each pair of patches in a layer, all heads together; [N, N]. */
  record KeyProducts(TowerLayer layer) implements OfLayer {

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.keyProducts(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.PAIRS.of(sizes.patches(), sizes.patches());
    }
  }

  /**
   * The attention that each patch gets in a layer: mean over the heads and over all querying
   * positions, N and the class token where there is one; [N].
   */
  record ColumnAttention(TowerLayer layer) implements Attention, OfLayer {

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.columnAttention(this);
    }

    @Override
    public boolean ofClassToken() {
      return false;
    }
  }

  /** The keys of the patches in a layer, mean over the heads; [N, width of a head]. */
  record HeadMeanKeys(TowerLayer layer) implements OfLayer {

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.headMeanKeys(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.ZEROS.of(sizes.patches(), sizes.head());
    }

    @Override
    public boolean isSmall() {
      return true;
    }
  }

  /** The selected features of the patches; [N, F]. */
  record Features() implements TowerEvidence {

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.features(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.ZEROS.of(sizes.patches(), sizes.features());
    }
  }

  /** All patches after the connector; [N, width of the decoder]. */
  record Projected() implements TowerEvidence {

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.projected(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.ZEROS.of(sizes.patches(), sizes.decoder());
    }
  }

  /**
   * The features of the same view in a smaller image, from a run of the tower of its own; [side x
   * side, F]. No method looks at it to choose tokens: it is the tokens.
   *
   * @param side in patches; 0 where it follows from the image
   */
  record SmallImage(int side) implements TowerEvidence {
    /** Of a method that has not been applied to an image. */
    public static final SmallImage OF_ANY_SIZE = new SmallImage(0);

    /** Returns their number. */
    public int patches() {
      return side * side;
    }

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.smallImage(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.ZEROS.of(patches(), sizes.features());
    }

    @Override
    public OptionalInt ownRun() {
      return OptionalInt.of(patches());
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

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.loadings(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.PAIRS.of(sizes.patches(), sizes.patches());
    }
  }

  /** The cosine similarity of each pair of patches, 0 for a zero vector; [N, N]. */
  enum Cosines implements TowerEvidence {
    OF_FEATURES(new Features()),
    OF_PROJECTED(new Projected()),
    /** Lengths are the root of the squared length plus 1e-6, as {@link PromptCosines} has them. */
    DAMPED_OF_PROJECTED(new Projected());

    private final TowerEvidence source;

    Cosines(TowerEvidence source) {
      this.source = source;
    }

    @Override
    public Optional<TowerEvidence> source() {
      return Optional.of(source);
    }

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.cosines(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.PAIRS.of(sizes.patches(), sizes.patches());
    }
  }

  /**
   * OTPrune's kernel I + 0.01 C C, where C has the products of each pair of patches after the
   * connector, each channel divided by its norm over the patches; a channel of zeros stays one; [N,
   * N].
   */
  record TransportKernel() implements OfProjected {

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.transportKernel(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.PAIRS.of(sizes.patches(), sizes.patches());
    }
  }

  /**
   * A number for each pair of rows of an image in tiles as they stand in its sequence, or of the
   * patches of all frames of a video, after the connector; [rows, rows]. It is the same of each of
   * the image's views.
   */
  sealed interface OfSequence extends OfProjected {

    /** Returns the number of rows of the sequence; of a video, of its patches. */
    int rows();

    /** Returns whether its learned rows are among them. */
    boolean learned();

    @Override
    default EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.PAIRS.of(rows(), rows());
    }

    @Override
    default IntStream views(PatchTokens view) {
      return IntStream.range(view.ownViews().first(), view.ownViews().end());
    }

    @Override
    default boolean ofSequence() {
      return true;
    }
  }

  /** The cosine similarity of each pair of rows, 0 for a zero vector; [rows, rows]. */
  record SequenceCosines(int rows, boolean learned) implements OfSequence {
    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.sequenceCosines(this);
    }
  }

  /** The {@link TransportKernel} of all rows. */
  record SequenceKernel(int rows, boolean learned) implements OfSequence {
    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.sequenceKernel(this);
    }
  }

  /**
   * How far each patch is from the nearest point of the space that a basis of patches spans, and
   * which these are: the first is drawn ({@link SeededDraw}), each next one is the farthest from
   * those before it, by the smallest distance to them, of equal ones the lowest; as many as there
   * are patches at most. The point is {@code B (B' B + 1e-5 I)^-1 B' x}, in double precision, of
   * the basis' rows B. [N + basis]: the distances, then the basis' patches in their order.
   *
   * @param stage of the rows: {@link Features}, or {@link Projected}
   * @param basis its size, at least 1
   * @param seed of the draw
   */
  record ApproximationErrors(Stage stage, int basis, long seed) implements TowerEvidence {

    @Override
    public Optional<TowerEvidence> source() {
      return Optional.of(
          switch (stage) {
            case BEFORE_CONNECTOR -> new Features();
            case AFTER_CONNECTOR -> new Projected();
          });
    }

    /** Returns the patch of N that the basis begins with. */
    public int start(PatchTokens view) {
      return SeededDraw.of(view, seed).of(view.count(), 1)[0];
    }

    /** Returns the size of the basis of N patches. */
    public int basisOf(int patches) {
      return Math.min(basis, patches);
    }

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.approximationErrors(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.BASIS.of(sizes.patches() + basisOf(sizes.patches()));
    }
  }

  /**
   * The cosine of each patch after the connector with the one at the same place {@code back} views
   * earlier in its video, 0 for a zero vector; [N]. Views that have none so much earlier are not to
   * be asked.
   *
   * @param back at least 1
   */
  record EarlierCosines(int back) implements OfProjected {

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.earlierCosines(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.ZEROS.of(sizes.patches());
    }

    @Override
    public IntStream views(PatchTokens view) {
      return IntStream.of(view.view() - back, view.view());
    }
  }

  /**
   * How alike each patch of a video after the connector is to the mean of all its patches and to
   * that of its own view's, in the half of the channels, rounded down, that vary least over the
   * video; the lower of equal ones. Of rows of length 1 there: the sum of exp(-d / (2 a)) over a =
   * 1/8, 1/4, 1/2, 1 and 2, with d the squared distance to a mean (xuyang-liu16/VidCom2 944a17d,
   * {@code compute_gaussian_scores} of {@code vidcom2.py}). [2, views, N]: to the video's, then to
   * the views'. To be asked of the video's first view.
   *
   * @param views of the video
   */
  record CentreScores(int views) implements OfProjected {

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.centreScores(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.ZEROS.of(2, views, sizes.patches());
    }

    @Override
    public IntStream views(PatchTokens view) {
      return IntStream.range(view.view(), view.view() + views);
    }
  }

  /**
   * The distance of each pair of some patches after the connector, each the mean over a view of a
   * video and those behind it, over the root of the width; [patches, patches]. To be asked of the
   * first of these views.
   *
   * @param views how many
   * @param patches places in each of them
   */
  record MeanDistances(int views, List<Integer> patches) implements OfProjected {

    public MeanDistances {
      patches = List.copyOf(patches);
    }

    @Override
    public <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.meanDistances(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.ZEROS.of(patches.size(), patches.size());
    }

    @Override
    public IntStream views(PatchTokens view) {
      return IntStream.range(view.view(), view.view() + views);
    }
  }

  /**
   * What depends on a question's text, or on a CLIP model in addition to the checkpoint. Its FLOPs
   * do not follow from the checkpoint's dimensions.
   */
  sealed interface OfText extends TowerEvidence {

    /** Returns what a visitor makes of it. */
    <T> T accept(TextEvidenceVisitor<T> visitor);

    @Override
    default <T> T accept(TowerEvidenceVisitor<T> visitor) {
      return visitor.ofText(this);
    }

    @Override
    default Optional<OfText> ofText() {
      return Optional.of(this);
    }

    @Override
    default boolean perQuestion() {
      return true;
    }
  }

  /**
   * The cosine of each word of a text to each patch after the connector, 0 for a zero vector. A
   * word's tokens are the tokenizer's for it alone, embedded as the decoder does; a text without
   * words is the tokens that begin every prompt. [tokens, N].
   */
  record WordCosines(QuestionText text) implements OfText, OfProjected {

    @Override
    public <T> T accept(TextEvidenceVisitor<T> visitor) {
      return visitor.wordCosines(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.ZEROS.of(sizes.pieces(), sizes.patches());
    }
  }

  /**
   * The cosine of each patch after the connector with the mean of the embeddings of all tokens of
   * the prompt that are of no image, the template's included, where a length is the root of the
   * squared length plus 1e-6; [N]. (OpenVINO GenAI da1db864, {@code extract_text_features} of
   * {@code vision_token_pruning_processor.cpp}, {@code NormalizeL2} of {@code
   * conditional_kernel.cpp}.)
   */
  record PromptCosines() implements OfText, OfProjected {

    @Override
    public <T> T accept(TextEvidenceVisitor<T> visitor) {
      return visitor.promptCosines(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.ZEROS.of(sizes.patches());
    }
  }

  /**
   * The patches in CLIP's space: {@code visual_projection(post_layernorm(features))}; [N, width of
   * the space].
   */
  record ClipPatches(String folder) implements OfText {

    @Override
    public Optional<String> clip() {
      return Optional.of(folder);
    }

    @Override
    public Optional<TowerEvidence> source() {
      return Optional.of(new Features());
    }

    @Override
    public <T> T accept(TextEvidenceVisitor<T> visitor) {
      return visitor.clipPatches(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.ZEROS.of(sizes.patches(), sizes.space());
    }

    @Override
    public boolean perQuestion() {
      return false;
    }
  }

  /** The product of each piece of a text with each patch in CLIP's space; [pieces, N]. */
  record ClipProducts(String folder, QuestionText text, ClipReading reading) implements OfText {

    @Override
    public Optional<String> clip() {
      return Optional.of(folder);
    }

    @Override
    public Optional<TowerEvidence> source() {
      return Optional.of(new ClipPatches(folder));
    }

    @Override
    public <T> T accept(TextEvidenceVisitor<T> visitor) {
      return visitor.clipProducts(this);
    }

    @Override
    public EvidenceForm form(EvidenceSizes sizes) {
      return EvidenceValues.AWAY.of(sizes.pieces(), sizes.patches());
    }
  }
}
