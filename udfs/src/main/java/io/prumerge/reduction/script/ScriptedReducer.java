package io.prumerge.reduction.script;

import io.prumerge.lang.Text;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.ScriptRuntime;
import io.prumerge.reduction.ScriptSpecs;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import io.prumerge.script.ScriptFile;
import io.prumerge.script.ScriptLibrary;
import io.prumerge.service.Unknown;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * {@code script}, as in {@code script:FILE,key=number,...}: the TorchScript module of a user's
 * {@code file} chooses the tokens; {@code sha256} holds the file to what it was. It has two
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

  private static final Parameter<String> FILE = Parameter.text(ScriptSpecs.FILE);
  private static final Parameter<String> SHA256 = Parameter.text(ScriptSpecs.SHA256);

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
    this.budget = parameters.given(TokenBudget.OPTIONAL).map(TokenBudget::new);
    if (description.exact() && budget.isEmpty()) {
      throw parameters.refusal("the script keeps a given number; give tokens=N or tokens=@METHOD");
    }
    SortedMap<String, String> values = new TreeMap<>(parameters.spec().parameters());
    for (String key : parameters.keys()) {
      if (!values.containsKey(key)) {
        numbers.put(key, parameters.number(key));
        values.put(key, Parameters.plain(numbers.get(key)));
      }
    }
    values.put(FILE.key(), file.name());
    values.put(SHA256.key(), file.digest());
    this.spec = new MethodSpec(parameters.method(), values);
  }

  private static ScriptFile file(Parameters parameters) {
    String name = parameters.given(FILE).orElseThrow(() -> parameters.refusal("name its file"));
    Optional<String> sha256 = parameters.given(SHA256);
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
    int[] kept = choice.keptPatches().stream().mapToInt(Integer::intValue).toArray();
    return patches.gather(description.stage(), kept);
  }

  private ScriptChoice choice(PatchTokens patches) {
    SortedMap<String, Double> all = new TreeMap<>(numbers);
    budget.ifPresent(tokens -> all.put(TokenBudget.KEY, (double) tokens.tokens(patches)));
    ScriptCall call = new ScriptCall(file, description.sees(), all);
    ScriptChoice choice = patches.choose(call);
    if (description.exact() && choice.tokens() != all.get(TokenBudget.KEY)) {
      throw call.failure(
          Text.format(
              "it returned %d tokens where tokens is %.0f",
              choice.tokens(), all.get(TokenBudget.KEY)));
    }
    return choice;
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          ScriptSpecs.METHOD,
          About.OURS.example("FILE.pt"),
          ScriptedReducer::new,
          FILE,
          SHA256,
          TokenBudget.OPTIONAL);
    }

    @Override
    public boolean takesAnyNumber() {
      return true;
    }
  }

  /**
   * What a script's {@code describe()} says.
   *
   * @param sees evidence by the names that it was asked for under
   * @param stage where the tokens are taken
   * @param exact whether the script returns as many tokens as its number {@code tokens} says
   */
  private record ScriptDescription(
      SortedMap<String, TowerEvidence> sees, Stage stage, boolean exact) {

    private static final String SEES = "sees";
    private static final String STAGE = "stage";
    private static final String TOKENS = "tokens";
    private static final List<String> KEYS = List.of(SEES, STAGE, TOKENS);
    private static final Map<String, Stage> STAGES =
        new TreeMap<>(Map.of("tower", Stage.BEFORE_CONNECTOR, "connector", Stage.AFTER_CONNECTOR));
    private static final Map<String, Boolean> COUNTS =
        new TreeMap<>(Map.of("exact", true, "adaptive", false));

    ScriptDescription {
      sees = Collections.unmodifiableSortedMap(new TreeMap<>(sees));
    }

    /**
     * Reads a description. Without {@code sees}, a script sees the grid only; without {@code
     * stage}, tokens are taken after the tower; without {@code tokens}, it returns as many as it
     * likes.
     *
     * @throws IllegalArgumentException for an unknown key or value
     */
    static ScriptDescription of(Map<String, String> described) {
      for (String key : described.keySet()) {
        if (!KEYS.contains(key)) {
          throw new IllegalArgumentException(Unknown.message("key", key, KEYS));
        }
      }
      SortedMap<String, TowerEvidence> sees = new TreeMap<>();
      Arrays.stream(described.getOrDefault(SEES, "").split(","))
          .map(String::strip)
          .filter(name -> !name.isEmpty())
          .forEach(name -> sees.put(name, ScriptEvidence.named(name)));
      return new ScriptDescription(
          sees,
          word(STAGE, described.getOrDefault(STAGE, "tower"), STAGES),
          word(TOKENS, described.getOrDefault(TOKENS, "adaptive"), COUNTS));
    }

    private static <T> T word(String key, String word, Map<String, T> known) {
      if (!known.containsKey(word)) {
        throw new IllegalArgumentException(Unknown.message(key, word, known.keySet()));
      }
      return known.get(word);
    }
  }

  /** The names under which scripts ask for evidence: {@code NAME} or {@code NAME:LAYER}. */
  private static final class ScriptEvidence {

    private static final SortedMap<String, TowerEvidence> OF_IMAGE =
        new TreeMap<>(
            Map.<String, TowerEvidence>of(
                "features", new TowerEvidence.Features(),
                "full_width_attention", new TowerEvidence.FullWidthAttention(),
                "projected", new TowerEvidence.Projected()));
    private static final SortedMap<String, Function<TowerLayer, TowerEvidence>> OF_LAYER =
        new TreeMap<>(
            Map.<String, Function<TowerLayer, TowerEvidence>>of(
                "class_attention", TowerEvidence.ClassAttention::new,
                "column_attention", TowerEvidence.ColumnAttention::new,
                "mean_keys", TowerEvidence.HeadMeanKeys::new));

    private ScriptEvidence() {}

    /**
     * Returns the evidence of a name; a layer is numbered from 1, and without one it is the last
     * that the features need.
     *
     * @throws IllegalArgumentException for another name
     */
    static TowerEvidence named(String name) {
      if (OF_IMAGE.containsKey(name)) {
        return OF_IMAGE.get(name);
      }
      String[] parts = name.split(":", 2);
      if (OF_LAYER.containsKey(parts[0])
          && (parts.length == 1 || parts[1].matches("[1-9]\\d{0,3}"))) {
        TowerLayer layer =
            parts.length == 1
                ? new TowerLayer.Last()
                : new TowerLayer.Numbered(Integer.parseInt(parts[1]));
        return OF_LAYER.get(parts[0]).apply(layer);
      }
      throw new IllegalArgumentException(
          Text.format(
              "Unknown evidence '%s'; known: %s, and with :LAYER, counted from 1, %s",
              name, String.join(", ", OF_IMAGE.keySet()), String.join(", ", OF_LAYER.keySet())));
    }
  }
}
