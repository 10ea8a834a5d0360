package stranger;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps all patches, and takes so many microseconds for it: {@code none} by another name. */
public final class Waiting implements ReducerFactory {

  private static final String KEY = "micros";

  private record AllAfter(int micros) implements TokenReducer {

    @Override
    public MethodSpec spec() {
      return new MethodSpec("waiting", new TreeMap<>(Map.of(KEY, Integer.toString(micros))));
    }

    @Override
    public int tokens(PatchTokens patches) {
      return patches.tokens();
    }

    @Override
    public Reduction reduce(PatchTokens patches) {
      long end = System.nanoTime() + 1_000L * micros;
      while (System.nanoTime() < end) { // a thread that parks comes back much later than it asked
        Thread.onSpinWait();
      }
      return patches.all();
    }
  }

  @Override
  public String name() {
    return "waiting";
  }

  @Override
  public List<String> keys() {
    return List.of(KEY);
  }

  @Override
  public TokenReducer create(Parameters parameters) {
    return new AllAfter(parameters.count(KEY).orElse(1));
  }
}
