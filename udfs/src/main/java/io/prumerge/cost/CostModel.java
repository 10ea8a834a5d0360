package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.config.LlavaConfig;
import io.prumerge.image.ViewGrid;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.EvidenceVisitor;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerView;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerStep;
import io.prumerge.reduction.TowerTokens;
import java.util.List;
import java.util.stream.IntStream;

/**
 * FLOPs from a model's dimensions alone, for one sequence.
 *
 * <p>Conventions: 1 multiply-accumulate = 2 FLOPs; only matrix products count, so biases, norms,
 * activations, rotary embedding and softmax are left out; attention is counted as the full square,
 * the masked half included, as eager kernels compute it and papers count it. A count beyond 2^63 is
 * an {@link ArithmeticException}.
 *
 * @param seen patches of a view that methods see: those of the tower, or fewer, where these are
 *     pooled behind the connector
 */
public record CostModel(
    ModelShape shape, TowerCost tower, ConnectorCost connector, DecoderCost decoder, int seen) {

  /** The cost model of these dimensions. */
  public CostModel(ModelShape shape) {
    this(shape, shape.tower().patches());
  }

  private CostModel(ModelShape shape, int seen) {
    this(
        shape,
        new TowerCost(shape.tower()),
        ConnectorCost.of(shape),
        new DecoderCost(shape.decoder()),
        seen);
  }

  /** Returns the cost model of a checkpoint; over a photograph, where views are of any size. */
  public static CostModel of(LlavaConfig config) {
    return new CostModel(ModelShape.of(config));
  }

  /** Returns the costs of a model over an image of this grid. */
  public static CostModel of(LlavaConfig config, ViewGrid image) {
    return new CostModel(ModelShape.of(config, image), config.patches(image).patches());
  }

  /**
   * Returns the costs of a view of the work, which its size decides where it may be any, and its
   * patches, where they are pooled.
   */
  public CostModel over(ImageWork work, int view) {
    if (!shape.tower().kind().anySize()) {
      int patches = work.grids().isEmpty() ? seen : work.grids().get(view).patches();
      return patches == seen ? this : new CostModel(shape, tower, connector, decoder, patches);
    }
    ModelShape viewed = shape.over(work, view);
    return new CostModel(
        viewed,
        tower.over(work, view),
        ConnectorCost.of(viewed),
        decoder,
        viewed.tower().patches());
  }

  /** Returns the cost of evidence about an image. */
  public TowerEvidenceCost evidence() {
    return new TowerEvidenceCost(this);
  }

  /** Returns the cost of reducing an image's tokens before the decoder. */
  public ReductionCost reductions() {
    return new ReductionCost(this);
  }

  /**
   * Returns the cost of a method's cuts inside the decoder, for one question alone.
   *
   * @param visual visual tokens by layer
   * @param textTokens prompt tokens that are not visual
   * @param behind those of them after the visual ones
   */
  public CutCost cuts(TokenSchedule visual, int textTokens, int behind) {
    return new CutCost(shape.decoder(), visual, textTokens, behind);
  }

  /**
   * Returns one question about one prompt's images, asked alone.
   *
   * @param work what the reduction method did; its tokens go through connector and decoder
   * @param cuts the method's inside the decoder, by rising layer
   * @param textTokens prompt tokens that are not visual
   * @param behind those of them after the visual ones
   * @param generated new tokens, eos included
   */
  public QuestionCost question(
      ImageWork work, List<LayerCut> cuts, int textTokens, int behind, int generated) {
    return question(work, cuts, TokenSchedule.of(rows(work), cuts), textTokens, behind, generated);
  }

  /**
   * Returns the cost of a question for which it is known how many tokens each cut kept.
   *
   * @param visual rows of the sequence that are the images', by layer
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
        tower().of(work),
        sum(reductions().of(work), cuts(visual, textTokens, behind).of(cuts)),
        connector().of(work),
        sum(decoder().prefill(prompt), decoder().crossing(prompt.first(), work.tokens())),
        sum(
            decoder().decode(visual.behindPrompt(cuts).plus(textTokens), generated),
            decoder().crossing(Math.max(0, generated - 1), work.tokens())));
  }

  /** Returns the rows of the sequence that are the images'. */
  public int rows(ImageWork work) {
    return shape.decoder().beside() ? work.views().size() : work.tokens();
  }

  /** Returns one question without an image. */
  public QuestionCost textQuestion(int textTokens, int generated) {
    TokenSchedule prompt = TokenSchedule.constant(textTokens);
    return new QuestionCost(
        0,
        0,
        0,
        sum(decoder().prefill(prompt), decoder().crossing(textTokens, 0)),
        sum(
            decoder().decode(prompt, generated),
            decoder().crossing(Math.max(0, generated - 1), 0)));
  }

  /**
   * FLOPs of the evidence for a method's cuts, and of their rules, for one question asked alone.
   * Keys of layers that have run and hidden states are there already and cost nothing.
   *
   * @param shape of the decoder
   * @param visual visual tokens by layer
   * @param text prompt tokens that are not visual
   * @param behind those of them that come after the visual tokens
   */
  public record CutCost(DecoderShape shape, TokenSchedule visual, int text, int behind) {

    private DecoderEvidenceCost evidence() {
      return new DecoderEvidenceCost(shape);
    }

    /** Returns all cuts of a method, by rising layer. */
    public long of(List<LayerCut> cuts) {
      long flops = 0;
      boolean relevance = false;
      for (LayerCut cut : cuts) {
        for (Evidence evidence : cut.sees()) {
          flops = sum(flops, evidence.accept(new OfCut(this, cut)));
        }
        relevance |= cut.sees().contains(new Evidence.TextRelevance());
        int before = visual.at(cut.layer() - 1);
        int kept = visual.at(cut.layer());
        flops = sum(flops, cut.flops(before, kept, shape.width()));
      }
      return relevance ? sum(flops, evidence().relevance(behind, visual.first())) : flops;
    }

    /** The cost of a piece of evidence for a cut. */
    private record OfCut(CutCost cost, LayerCut cut) implements EvidenceVisitor<Long> {

      private DecoderEvidenceCost evidence() {
        return cost.evidence();
      }

      private long tokens(Evidence evidence) {
        return cost.visual().at(Math.min(evidence.layer(), cut.layer() - 1));
      }

      private long prompt(Evidence evidence) {
        return tokens(evidence) + cost.text();
      }

      @Override
      public Long ofTextRows(Evidence.OfTextRows attention) {
        long rows = attention.ofLastRow() ? 1 : cost.behind();
        long prompt = prompt(attention);
        long keys = attention.layer() == cut.layer() ? prompt : 0;
        return sum(
            evidence().attention(rows, keys, product(rows, prompt)),
            attention.ofValues() ? evidence().values(tokens(attention)) : 0,
            attention.ofHeads() ? evidence().rotation(rows, tokens(attention)) : 0);
      }

      @Override
      public Long visualAttention(Evidence.VisualAttention attention) {
        long tokens = tokens(attention);
        return evidence().attention(tokens, 0, product(tokens, prompt(attention) - cost.behind()));
      }

      @Override
      public Long meanQueryAttention(Evidence.MeanQueryAttention attention) {
        long tokens = tokens(attention);
        return evidence().attention(tokens, tokens, tokens);
      }

      @Override
      public Long keyCosines(Evidence.KeyCosines cosines) {
        long tokens = tokens(cosines);
        return sum(evidence().attention(0, tokens, 0), evidence().keyCosines(tokens));
      }

      @Override
      public Long textRelevance(Evidence.TextRelevance relevance) {
        return 0L; // once for all cuts
      }

      @Override
      public Long highPass(Evidence.HighPass filtered) {
        return evidence().highPass(filtered.grid());
      }

      @Override
      public Long keys(Evidence.Keys keys) {
        return 0L;
      }

      @Override
      public Long hidden(Evidence.Hidden hidden) {
        return 0L;
      }
    }
  }

  /**
   * FLOPs of reducing an image's tokens before the decoder, as {@link CostModel} counts. With N
   * patches, tower width C, feature width F, m kept tokens of which each has k neighbours merged
   * in.
   */
  public record ReductionCost(CostModel model) {

    /**
     * Returns the least that a method's evidence, selection and merging need beyond the tower's
     * features, in all views of an image; 0 for a method that looks at nothing. Reading another
     * method's count ({@code tokens=@prumerge}) serves a control experiment and is not part of the
     * method, so it is not counted. Projected patches are counted by {@link
     * ConnectorCost#of(ImageWork)}, the tower over a smaller image by {@link
     * TowerCost#of(ImageWork)}.
     *
     * <p>Evidence of a text costs what {@link TextCost} says, that of the image what {@link
     * TowerEvidenceCost} says. The official PruMerge spends more: the whole last layer and its full
     * score matrix.
     */
    public long of(ImageWork work) {
      return sum(
          IntStream.range(0, work.views().size())
              .mapToLong(view -> over(work, view).of(work.views().get(view)))
              .toArray());
    }

    private ReductionCost over(ImageWork work, int view) {
      return new ReductionCost(model.over(work, view));
    }

    /** Returns the cost of reducing one view. */
    public long of(ReductionWork work) {
      TowerEvidenceCost evidence = model.evidence();
      return sum(
          selection(work),
          work.textFlops(),
          sum(
              work.evidence().stream()
                  .filter(piece -> piece.ownRun().isEmpty())
                  .filter(piece -> !piece.equals(new TowerEvidence.Projected()))
                  .mapToLong(evidence::of)
                  .toArray()));
    }

    /**
     * Returns the FLOPs of a method's own rule over all views of an image: merging, the summary
     * token, other sums, and all that it looks at and merges inside the tower.
     */
    public long selection(ImageWork work) {
      return sum(
          IntStream.range(0, work.views().size())
              .mapToLong(view -> over(work, view).selection(work.views().get(view)))
              .toArray());
    }

    private long selection(ReductionWork work) {
      InTowerCost inside = new InTowerCost(model.shape().tower());
      return sum(
          merging(work),
          summary(work),
          product(2, work.products()),
          work.tower().map(inside::of).orElse(0L));
    }

    /**
     * Returns the FLOPs of PruMerge's merging in one view: normalised keys 3 N C, cosines 2 m (N -
     * 1) C, weighted sums 2 m k F; 0 where nothing is merged.
     */
    public long merging(ReductionWork work) {
      TowerShape tower = model.shape().tower();
      return work.neighbours() == 0
          ? 0
          : sum(
              product(3, tower.patches(), tower.width()),
              product(2, work.kept(), tower.patches() - 1L, tower.width()),
              product(2, work.kept(), work.neighbours(), tower.features().width()));
    }

    /**
     * Returns the weighted sum of what was not kept of one view: 2 (N - m) F; 0 without a summary
     * token.
     */
    public long summary(ReductionWork work) {
      TowerShape tower = model.shape().tower();
      return work.summary()
          ? product(2, tower.patches() - (long) work.kept(), tower.features().width())
          : 0;
    }
  }

  /**
   * FLOPs of what a method sees of a tower's layers while they run, and of the means that it makes
   * there, as {@link CostModel} counts.
   */
  private record InTowerCost(TowerShape shape) {

    /**
     * Returns the FLOPs of all layers of one view. With t positions, of which n are patches, t - 1
     * or, without a class token, t, heads of width h, width C:
     *
     * <ul>
     *   <li>attention of CLS, products of its value with all values: 2 t C each; norms: nothing
     *   <li>matches: normalised keys 3 n h, cosines 2 floor(n / 2) ceil(n / 2) h
     *   <li>means of s patches in all: 2 s C
     * </ul>
     */
    long of(TowerTokens tower) {
      long flops = 0;
      for (TowerStep step : tower.steps()) {
        for (LayerView view : step.views()) {
          flops = sum(flops, view(view, step.attention()));
        }
        flops = sum(flops, product(2, step.summed(), shape.width()));
      }
      return flops;
    }

    private long view(LayerView view, long positions) {
      long patches = positions - shape.kind().classTokens();
      long head = shape.width() / shape.heads();
      return switch (view) {
        case CLASS_ATTENTION, CLASS_VALUES -> product(2, positions, shape.width());
        case VALUE_NORMS -> 0;
        case MATCHES ->
            sum(product(3, patches, head), product(2, patches / 2, patches - patches / 2, head));
      };
    }
  }
}
