package io.prumerge.reduction.server;

import io.prumerge.lang.Text;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.RequestFields;
import io.prumerge.reduction.TokenReducer;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code request}: fields of the request, each a key with its value, that ask a model behind an
 * endpoint for fewer or more visual tokens, such as {@code max_soft_tokens=280} or {@code
 * mm_processor_kwargs.num_crops=4}. What the server makes of them is its own matter.
 */
final class RequestedBudget implements TokenReducer {

  private final MethodSpec spec;
  private final RequestFields fields;

  private RequestedBudget(MethodSpec spec, RequestFields fields) {
    this.spec = spec;
    this.fields = fields;
  }

  private static RequestedBudget of(Parameters parameters) {
    if (parameters.keys().isEmpty()) {
      throw parameters.refusal("give the field that is asked for, as in max_soft_tokens=280");
    }
    TreeMap<String, String> given = new TreeMap<>();
    for (String key : parameters.keys()) {
      given.put(key, parameters.text(key).orElseThrow());
    }
    try {
      RequestFields fields = RequestFields.of(given);
      return new RequestedBudget(new MethodSpec(parameters.method(), fields.values()), fields);
    } catch (IllegalArgumentException e) {
      throw parameters.refusal(e.getMessage());
    }
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public Optional<RequestFields> request() {
    return Optional.of(fields);
  }

  @Override
  public int tokens(PatchTokens patches) {
    throw refusal();
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    throw refusal();
  }

  private ReductionException refusal() {
    return new ReductionException(
        Text.format("Cannot ask a checkpoint under %s: only a server reads such fields", spec));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super("request", About.OURS.example("max_soft_tokens=280"), RequestedBudget::of);
    }

    @Override
    public boolean takesAnyNumber() {
      return true;
    }

    /** The server's own matter. */
    @Override
    public boolean hasPlaces() {
      return false;
    }
  }
}
