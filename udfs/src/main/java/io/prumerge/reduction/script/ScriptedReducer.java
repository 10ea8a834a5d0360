package io.prumerge.reduction.script;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.ScriptRuntime;
import io.prumerge.reduction.ScriptSpecs;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.script.ScriptFile;
import io.prumerge.script.ScriptLibrary;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * {@code script:FILE,key=number,...}: a user's TorchScript module chooses the tokens. It has two
 * methods:
 *
 * <ul>
 *   <li>{@code describe() -> Dict[str, str]}, see {@link ScriptDescription}
 *   <li>{@code forward(evidence: Dict[str, Tensor], numbers: Dict[str, float])}, which returns the
 *       kept patches, int64 [m], in the order fed; or these and weights, float32 [t, N], t >= m:
 *       then token i is the sum of all patches, each times its weight in row i
 * </ul>
 *
 * <p>{@code evidence} has what {@code describe} names, on the model's device, and {@code grid}, the
 * rows and columns of the patches (int64 [2]). Attention and keys are fp32; features and projected
 * patches have the model's precision. The tensors are copies. {@code numbers} has all keys of the
 * spec; {@code tokens} may be {@code @METHOD} as for any method.
 *
 * <p>{@code flops_reduction} has the evidence and the weighted sums. What a script computes by
 * itself is not counted, but timed.
 */
final class ScriptedReducer implements TokenReducer {

  // What a file says of itself never changes.
  private static final Map<ScriptFile, ScriptDescription> DESCRIBED = new ConcurrentHashMap<>();

  private final MethodSpec spec;
  private final ScriptFile file;
  private final ScriptDescription description;
  private final SortedMap<String, Double> numbers = new TreeMap<>();
  private final Optional<TokenBudget> budget;

  private ScriptedReducer(Parameters parameters) {
    this.file = file(parameters);
    this.description = described(parameters, file);
    this.budget = parameters.text(TokenBudget.KEY).map(text -> TokenBudget.of(parameters));
    if (description.exact() && budget.isEmpty()) {
      throw parameters.refusal("the script keeps a given number; give tokens=N or tokens=@METHOD");
    }
    SortedMap<String, String> values = new TreeMap<>();
    for (String key : parameters.keys()) {
      if (!Factory.KEYS.contains(key)) {
        numbers.put(key, parameters.number(key));
        values.put(key, Parameters.plain(numbers.get(key)));
      }
    }
    budget.ifPresent(tokens -> values.put(TokenBudget.KEY, tokens.value()));
    values.put(ScriptSpecs.FILE, file.name());
    values.put(ScriptSpecs.SHA256, file.digest());
    this.spec = new MethodSpec(parameters.method(), values);
  }

  private static ScriptFile file(Parameters parameters) {
    String name =
        parameters
            .text(ScriptSpecs.FILE)
            .orElseThrow(() -> parameters.refusal("name its file, as in script:reducer.pt"));
    Optional<String> sha256 = parameters.text(ScriptSpecs.SHA256);
    return sha256
        .flatMap(digest -> ScriptLibrary.find(name, digest))
        .orElseGet(
            () -> {
              ScriptFile file = ScriptLibrary.named(name);
              if (sha256.isPresent() && !file.sha256().startsWith(sha256.get())) {
                throw parameters.refusal("the script's SHA-256 is " + file.sha256());
              }
              return file;
            });
  }

  private static ScriptDescription described(Parameters parameters, ScriptFile file) {
    try {
      return DESCRIBED.computeIfAbsent(
          file, one -> ScriptDescription.of(ScriptRuntime.here().describe(one)));
    } catch (IllegalArgumentException e) {
      throw parameters.refusal(e.getMessage());
    }
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Set<TowerEvidence> needs() {
    return Set.copyOf(description.sees().values());
  }

  @Override
  public int tokens(PatchTokens patches) {
    return choice(patches).tokens();
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    ScriptChoice choice = choice(patches);
    if (choice.sums().isPresent()) {
      return patches.blend(description.stage(), choice.sums().get());
    }
    boolean all = choice.kept().equals(IntStream.range(0, patches.tokens()).boxed().toList());
    int[] kept = choice.kept().stream().mapToInt(Integer::intValue).toArray();
    return all ? patches.all() : patches.gather(description.stage(), kept);
  }

  private ScriptChoice choice(PatchTokens patches) {
    SortedMap<String, Double> all = new TreeMap<>(numbers);
    budget.ifPresent(tokens -> all.put(TokenBudget.KEY, (double) tokens.tokens(patches)));
    ScriptCall call = new ScriptCall(file, description.sees(), all);
    ScriptChoice choice = patches.choose(call);
    if (description.exact() && choice.tokens() != all.get(TokenBudget.KEY)) {
      throw call.failure(
          String.format(
              Locale.ROOT,
              "it returned %d tokens where tokens is %.0f",
              choice.tokens(),
              all.get(TokenBudget.KEY)));
    }
    return choice;
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    private static final List<String> KEYS =
        List.of(ScriptSpecs.FILE, ScriptSpecs.SHA256, TokenBudget.KEY);

    @Override
    public String name() {
      return ScriptSpecs.METHOD;
    }

    @Override
    public List<String> keys() {
      return KEYS;
    }

    @Override
    public boolean takesAnyNumber() {
      return true;
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return new ScriptedReducer(parameters);
    }
  }
}
