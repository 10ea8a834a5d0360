package io.prumerge.reduction.decoder;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.DecoderReducer;
import io.prumerge.reduction.Knob;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.ShareKnob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code pyramiddrop} (arXiv 2410.17247; Cooperx521/PyramidDrop 6444f30, {@code
 * modeling_llama_pdrop.py}): before each of the layers, the visual tokens go on to which the
 * prompt's last token would attend most in that layer, by its own norm, queries and keys, softmax
 * in fp32, mean over the heads. They keep their order; all positions after them close up.
 *
 * <p>Of n tokens int(n ratio) remain from the first of the layers on, int(n ratio^2) from the
 * second, and so on. The authors give each stage's ratio by hand; theirs are powers of one half. A
 * budget chooses the ratio among the k / N, for N patches. (The settings of published rows of 192,
 * 128 and 64 tokens are not public.)
 *
 * <p>The layers are {@code layers}, by default 8/16/24; {@code ratio} is by default 0.5.
 */
final class PyramidDrop extends DecoderReducer {

  private static final Parameter<List<Integer>> LAYERS =
      Parameter.rising("layers", 1).byDefault(List.of(8, 16, 24));
  private static final Parameter<Double> RATIO = Parameter.share("ratio").byDefault(0.5);
  private static final Parameter<CutPositions> POSITIONS =
      CutPositions.PARAMETER.byDefault(CutPositions.PACKED);

  private final List<Integer> layers;
  private final double ratio;
  private final CutPositions positions;

  private PyramidDrop(Parameters parameters) {
    super(parameters.spec());
    this.layers = parameters.value(LAYERS);
    this.ratio = parameters.value(RATIO);
    this.positions = parameters.value(POSITIONS);
  }

  @Override
  public List<LayerCut> cuts(int tokens, int decoderLayers) {
    List<LayerCut> cuts = new ArrayList<>();
    for (int stage = 0; stage < layers.size(); stage++) {
      int left = (int) (tokens * Math.pow(ratio, stage + 1));
      cuts.add(new LastRowCut(layers.get(stage), layers.get(stage), left, positions));
    }
    return cuts;
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "pyramiddrop",
          About.of("2410.17247", "Cooperx521/PyramidDrop")
              .servable(Servable.no("prunes inside the decoder")),
          PyramidDrop::new,
          LAYERS,
          RATIO,
          POSITIONS);
    }

    @Override
    public Optional<Knob> knob(Parameters rest) {
      return Optional.of(new ShareKnob(RATIO.key()));
    }
  }
}
