package io.prumerge.reduction;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code vtw} (arXiv 2405.05803; lzhxmu/VTW): all visual tokens leave the decoder before layer
 * {@code layer}, by default 16, as in the authors' script for 32 layers.
 */
final class Vtw extends DecoderReducer {

  private static final String LAYER = "layer";
  private static final int DEFAULT_LAYER = 16;

  /** The method's cut. */
  private record Cut(int layer) implements LayerCut {

    @Override
    public Positions positions() {
      return Positions.KEPT;
    }

    @Override
    public List<Evidence> sees() {
      return List.of();
    }

    @Override
    public int count(int tokens) {
      return 0;
    }

    @Override
    public int[] keep(SeenTokens seen) {
      return new int[0];
    }
  }

  private Vtw(MethodSpec spec, Cut cut) {
    super(spec, List.of(cut));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "vtw";
    }

    @Override
    public List<String> keys() {
      return List.of(LAYER);
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      int layer = parameters.count(LAYER).orElse(DEFAULT_LAYER);
      Map<String, String> given =
          layer == DEFAULT_LAYER ? Map.of() : Map.of(LAYER, Integer.toString(layer));
      return new Vtw(new MethodSpec(parameters.method(), new TreeMap<>(given)), new Cut(layer));
    }
  }
}
