package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.QFormer;
import io.prumerge.config.LlavaConfig;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.TowerTokens;
import java.util.List;
import java.util.Optional;

/**
 * FLOPs and cache bytes from a model's dimensions alone, for one sequence.
 *
 * <p>Conventions: 1 multiply-accumulate = 2 FLOPs; only matrix products count, so biases, norms,
 * activations, rotary embedding and softmax are left out; attention is counted as the full square,
 * the masked half included, as eager kernels compute it and papers count it. A count beyond 2^63 is
 * an {@link ArithmeticException}.
 */
public record CostModel(ModelShape shape) {

  /** The cost model of a checkpoint. */
  public static CostModel of(LlavaConfig config) {
    return new CostModel(ModelShape.of(config));
  }

  /** The tower over one view of an image, only as deep as the features need. */
  public long vision() {
    return vision(shape.vision().featureDepth());
  }

  /** The same to so many layers; with none, the embedding of the patches. */
  public long vision(int layers) {
    ModelShape.Vision vision = shape.vision();
    long patchEmbedding = product(2, vision.patches(), vision.patchEmbedding().weights());
    return sum(patchEmbedding, product(layers, visionLayer()));
  }

  /** The tower for one method alone, which may see a smaller image, or drop tokens inside it. */
  public long vision(ReductionWork work) {
    if (work.smallImage().isPresent()) {
      return smallVision(work.smallImage().getAsInt());
    }
    return work.tower()
        .map(tower -> sum(vision(tower.shared()), towerLayers(tower.own())))
        .orElseGet(this::vision);
  }

  /** The tower over an image of other size, with so many patches, as deep as the features need. */
  long smallVision(int patches) {
    ModelShape.Vision vision = shape.vision();
    long patchEmbedding = product(2, patches, vision.patchEmbedding().weights());
    return sum(
        patchEmbedding, product(vision.featureDepth(), visionLayer(vision.positions(patches))));
  }

  /** The layers of the tower that run for one method by itself; 0 for one behind the tower. */
  public long ownTower(ReductionWork work) {
    return work.tower().map(tower -> towerLayers(tower.own())).orElse(0L);
  }

  /** The same for all views of an image. */
  public long vision(ImageWork work) {
    return sum(work.views().stream().mapToLong(this::vision).toArray());
  }

  /** The same for all views of an image. */
  public long ownTower(ImageWork work) {
    return sum(work.views().stream().mapToLong(this::ownTower).toArray());
  }

  // q, k, v, o 8 t C^2 and 4 t^2 C of attention, for t positions; MLP 4 t C m, for those left
  // there.
  private long towerLayers(List<TowerTokens.Step> steps) {
    ModelShape.Vision vision = shape.vision();
    long flops = 0;
    for (TowerTokens.Step step : steps) {
      long attention = product(2, step.attention(), Matrix.weights(vision.attentionMatrices()));
      long pairs = product(4, square(step.attention()), vision.width());
      long mlp = product(2, step.mlp(), Matrix.weights(vision.mlpMatrices()));
      flops = sum(flops, attention, pairs, mlp);
    }
    return flops;
  }

  /** One encoder layer over all T positions: q, k, v, o 8 T d^2, attention 4 T^2 d, MLP 4 T d m. */
  long visionLayer() {
    return visionLayer(shape.vision().positions());
  }

  private long visionLayer(long positions) {
    ModelShape.Vision vision = shape.vision();
    return sum(
        product(2, positions, Matrix.weights(vision.layer())),
        product(4, positions, positions, vision.width()));
  }

  /** The cost of reducing an image's tokens before the decoder. */
  public ReductionCost reductions() {
    return new ReductionCost(this);
  }

  /** The projector over what a method sends through it of one view: its tokens, or all patches. */
  public long projector(ReductionWork work) {
    return projector(work, 0);
  }

  /** The same for all views of an image, beside the question that the connector reads. */
  public long projector(ImageWork work) {
    return sum(
        work.views().stream().mapToLong(view -> projector(view, work.instruction())).toArray());
  }

  private long projector(ReductionWork work, int instruction) {
    return projector(work.projectsAll() ? shape.vision().patches() : work.tokens(), instruction);
  }

  /** The projector over the tokens that reach it; of two layers: 2 n (F D + D^2). */
  public long projector(int tokens) {
    return projector(tokens, 0);
  }

  /**
   * The same for a question. A Q-Former does not depend on the number of tokens, which it makes
   * itself.
   *
   * @param instruction tokens of the question that the connector reads
   */
  public long projector(int tokens, int instruction) {
    return queries()
        .map(queries -> sum(queries.shared(), queries.question(instruction)))
        .orElseGet(() -> product(2, tokens, Matrix.weights(shape.projector())));
  }

  /** The part of {@link #projector(int, int)} that all questions about an image share. */
  public long sharedProjector() {
    return queries().map(QFormerCost::shared).orElse(0L);
  }

  private Optional<QFormerCost> queries() {
    return shape.connector() instanceof QFormer queries
        ? Optional.of(new QFormerCost(queries, shape.vision().positions()))
        : Optional.empty();
  }

  /** The tokens that the connector reads of a question of so many tokens. */
  public int instruction(int tokens) {
    return shape.connector().readsText() ? tokens : 0;
  }

  /**
   * The decoder over a prompt of S tokens, which gives the first new token: every layer's linear
   * maps and 4 S^2 of attention, and the head for the last position only.
   *
   * @param tokens S, visual and text tokens together
   */
  public long prefill(int tokens) {
    return prefill(TokenSchedule.constant(tokens));
  }

  /**
   * The same where layers see prompts of different lengths, because a method drops tokens inside
   * the decoder.
   *
   * @param tokens visual and text tokens together
   */
  public long prefill(TokenSchedule tokens) {
    long flops = head(1);
    for (TokenSchedule.Run run : tokens.runs(shape.text().layers())) {
      flops = sum(flops, product(run.layers(), layer(run.tokens(), square(run.tokens()))));
    }
    return flops;
  }

  private static long square(long tokens) {
    return product(tokens, tokens);
  }

  /** One decode step whose token sees {@code visible} keys, itself included; with its head. */
  public long decodeStep(int visible) {
    return decodeStep(TokenSchedule.constant(visible));
  }

  /** The same where layers hold different numbers of keys. */
  public long decodeStep(TokenSchedule visible) {
    long flops = head(1);
    for (TokenSchedule.Run run : visible.runs(shape.text().layers())) {
      flops = sum(flops, product(run.layers(), layer(1, run.tokens())));
    }
    return flops;
  }

  /**
   * All decode steps of one answer. The prefill gives the first new token; each further one is a
   * step over the prompt and the tokens before it.
   *
   * @param prompt S, visual and text tokens together
   * @param generated new tokens, eos included
   */
  public long decode(int prompt, int generated) {
    return decode(TokenSchedule.constant(prompt), generated);
  }

  /** The same where layers hold different numbers of the prompt's tokens. */
  public long decode(TokenSchedule prompt, int generated) {
    long layers = shape.text().layers();
    long steps = Math.max(0, generated - 1);
    long tokens = prompt.total(shape.text().layers());
    // Step s sees the prompt and s tokens behind it, itself included.
    long answers = product(layers, product(steps, steps + 1) / 2);
    return decoderLayers(product(layers, steps), sum(product(steps, tokens), answers), steps);
  }

  /**
   * Attention as evidence for cuts inside the decoder: queries that are computed again, keys that
   * are computed before their layer has run, and the scores of both, 2 queries each.
   *
   * @param queries rows, 2 d queries each
   * @param keys rows, 2 d keys each
   * @param scores query-key pairs
   */
  public long evidence(long queries, long keys, long scores) {
    ModelShape.Text text = shape.text();
    return sum(
        product(2, queries, text.width(), text.queryWidth()),
        product(2, keys, text.width(), text.keyWidth()),
        product(2, scores, text.queryWidth()));
  }

  /** Products of text's and visual tokens' embeddings: 2 d each. */
  public long relevance(long text, long tokens) {
    return product(2, text, tokens, shape.text().width());
  }

  /** Cosines of all pairs of keys in one layer: normalisation 3 n W, products 2 n^2 W. */
  public long keyCosines(long keys) {
    long width = shape.text().keyWidth();
    return sum(product(3, keys, width), product(2, keys, keys, width));
  }

  /** What the rotation alone gives to pairs of positions: 2 head widths each; 0 without one. */
  public long rotation(long rows, long tokens) {
    ModelShape.Text text = shape.text();
    return text.weights().rotary() ? product(2, rows, tokens, text.headDim()) : 0;
  }

  /**
   * The decoder's layers over new rows after cached ones, without the head. This is what one call
   * computes: attention takes rows x (cached + rows) pairs whatever the mask.
   *
   * @param rows positions computed
   * @param cached positions whose keys and values are at hand
   */
  public long rows(int rows, int cached) {
    return decoder(rows, product(rows, Math.addExact((long) rows, cached)), 0);
  }

  /**
   * FLOPs of decoder work, given by the units that the engine counts while it runs.
   *
   * @param rows positions through all layers
   * @param pairs query-key pairs of attention in each layer: 4 x width each
   * @param heads positions through the head
   */
  public long decoder(long rows, long pairs, long heads) {
    long layers = shape.text().layers();
    return decoderLayers(product(layers, rows), product(layers, pairs), heads);
  }

  /**
   * The same where not every position goes through every layer.
   *
   * @param rows positions through a layer, summed over the layers
   * @param pairs query-key pairs of attention, summed over the layers
   * @param heads positions through the head
   */
  public long decoderLayers(long rows, long pairs, long heads) {
    return sum(layer(rows, pairs), head(heads));
  }

  private long layer(long rows, long pairs) {
    ModelShape.Text text = shape.text();
    return sum(
        product(2, rows, Matrix.weights(text.layer())), product(4, pairs, text.queryWidth()));
  }

  /** The head for some positions: 2 d V each. */
  public long head(long rows) {
    return product(2, rows, shape.text().head().weights());
  }

  /**
   * Keys and values of all layers.
   *
   * @param positions positions in the cache
   * @param elementBytes bytes of one element of the cache's dtype
   */
  public long kvCacheBytes(int positions, int elementBytes) {
    return kvCacheBytes(TokenSchedule.constant(positions), elementBytes);
  }

  /** The same where layers hold different numbers of positions. */
  public long kvCacheBytes(TokenSchedule positions, int elementBytes) {
    return product(kvCacheElements(positions), elementBytes);
  }

  /** Elements of the keys and values of all layers. */
  public long kvCacheElements(TokenSchedule positions) {
    ModelShape.Text text = shape.text();
    return product(2, positions.total(text.layers()), text.keyWidth());
  }

  /**
   * One question about one image, asked alone.
   *
   * @param work what the reduction method did; its tokens go through projector and decoder
   * @param textTokens prompt tokens that are not visual
   * @param generated new tokens, eos included
   */
  public QuestionCost question(ReductionWork work, int textTokens, int generated) {
    return question(work, List.of(), textTokens, 0, generated);
  }

  /**
   * The same for a method with cuts inside the decoder.
   *
   * @param cuts by rising layer
   * @param behind prompt tokens behind the visual ones
   */
  public QuestionCost question(
      ReductionWork work, List<LayerCut> cuts, int textTokens, int behind, int generated) {
    return question(
        ImageWork.of(work),
        cuts,
        TokenSchedule.of(work.tokens(), cuts),
        textTokens,
        behind,
        generated);
  }

  /** The same for an image of several views. */
  public QuestionCost question(
      ImageWork work, List<LayerCut> cuts, int textTokens, int behind, int generated) {
    return question(
        work, cuts, TokenSchedule.of(work.tokens(), cuts), textTokens, behind, generated);
  }

  /**
   * The same where it is known how many tokens each cut kept.
   *
   * @param visual visual tokens by layer
   */
  public QuestionCost question(
      ImageWork work,
      List<LayerCut> cuts,
      TokenSchedule visual,
      int textTokens,
      int behind,
      int generated) {
    TokenSchedule prompt = visual.plus(textTokens);
    return new QuestionCost(
        vision(work),
        sum(reductions().of(work), cuts(cuts, visual, textTokens, behind)),
        projector(work),
        prefill(prompt),
        decode(prompt, generated));
  }

  /**
   * The evidence for a method's cuts inside the decoder and their rules, for one question alone.
   *
   * @param visual visual tokens by layer
   * @param textTokens prompt tokens that are not visual
   * @param behind those of them behind the visual ones
   */
  public long cuts(List<LayerCut> cuts, TokenSchedule visual, int textTokens, int behind) {
    return new CutCost(this, visual, textTokens, behind).of(cuts);
  }

  /** One question without an image. */
  public QuestionCost textQuestion(int textTokens, int generated) {
    return new QuestionCost(0, 0, 0, prefill(textTokens), decode(textTokens, generated));
  }
}
