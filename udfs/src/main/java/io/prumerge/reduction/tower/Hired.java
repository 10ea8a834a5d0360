package io.prumerge.reduction.tower;

import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import java.util.List;

/**
 * {@code hired} (arXiv 2408.10945; hasanar1f/HiRED 502d6dd, {@code HiRED_token_selection} of {@code
 * modeling_llava.py}): for one view of an image, the choice of {@link FasterVlm}, which is made
 * before the connector here. The authors add the heads up instead of averaging them, which gives
 * the same order, and give the number as {@code int(N rate)}. What sets HiRED apart, budgets for
 * the tiles of an image, has no effect on LLaVA-1.5.
 */
final class Hired extends FasterVlm {

  private Hired(Parameters parameters) {
    super(parameters);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "hired";
    }

    @Override
    public List<String> keys() {
      return List.of(TokenBudget.KEY);
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return new Hired(parameters);
    }
  }
}
