package io.prumerge.plan;

import io.prumerge.console.Texts;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.image.Resolution;
import io.prumerge.image.rule.TokenRule;
import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.RequestFields;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.video.ChosenFrames;
import io.prumerge.video.FrameProtocol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Estimates of the tokens that one server of a model is to be paid for, repeats included. What a
 * token costs is the server's.
 *
 * @param model the model's name in the tables
 * @param server the endpoint
 * @param requests questions that are sent
 * @param textTokens of the questions: a token for {@link #BYTES} bytes; the server's template is
 *     not among them
 * @param visualTokens of the pictures as the checkpoint makes them that the endpoint names; null
 *     where none of that name is here
 * @param unknownPictures requests with pictures whose visual tokens are not known
 * @param mostAnswerTokens largest number of new tokens of all answers together; null where the
 *     server's own limit holds for some
 */
public record PaidTokens(
    String model,
    String server,
    long requests,
    long textTokens,
    Long visualTokens,
    long unknownPictures,
    Long mostAnswerTokens) {

  /** Bytes of UTF-8 a token: about right for English, and for Chinese, of three bytes a letter. */
  private static final int BYTES = 4;

  /** Returns the estimates of all servers of a plan. */
  public static List<PaidTokens> of(RunPlan plan) {
    Map<Optional<FrameProtocol>, List<SentQuestions>> sent = new HashMap<>();
    return plan.elsewhere().stream()
        .flatMap(
            model ->
                model.endpoints().stream()
                    .map(
                        endpoint ->
                            of(
                                model.title(),
                                endpoint.toString(),
                                sent.computeIfAbsent(
                                    model.protocol(),
                                    protocol ->
                                        plan.plan()
                                            .pictures()
                                            .sent(protocol.map(ChosenFrames::new))),
                                1L + plan.repeats(),
                                methods(model, endpoint),
                                plan.maxNewTokens(),
                                ServedRule.ofName(endpoint.name()))))
        .toList();
  }

  /** Returns the methods that one server is asked under; as often none as it has labels. */
  private static List<TokenReducer> methods(ModelPlan model, Endpoint endpoint) {
    boolean own = model.endpoint().filter(endpoint::equals).isPresent();
    return Stream.concat(
            own ? model.ownMethods().stream() : Stream.empty(),
            model.servers().stream()
                .filter(server -> server.endpoint().equals(endpoint))
                .map(server -> MethodSpec.NONE))
        .map(TokenReducers::of)
        .toList();
  }

  /**
   * Returns the estimate of one server.
   *
   * @param times how often all is asked under each method
   * @param limit new tokens of each answer, in place of the questions' own
   * @param rule of the served model, if it is known
   */
  static PaidTokens of(
      String model,
      String server,
      List<SentQuestions> sent,
      long times,
      List<TokenReducer> methods,
      OptionalInt limit,
      Optional<ServedRule> rule) {
    long questions = sent.stream().mapToLong(SentQuestions::questions).sum();
    long bytes = sent.stream().mapToLong(SentQuestions::bytes).sum();
    boolean limited = limit.isPresent() || sent.stream().allMatch(one -> one.unlimited() == 0);
    long limits =
        limit.isPresent()
            ? questions * limit.getAsInt()
            : sent.stream().mapToLong(SentQuestions::limits).sum();
    List<PlannedSize> pictures =
        sent.stream().map(SentQuestions::size).filter(size -> size.images() > 0).toList();
    long shown = methods.size() * pictures.stream().mapToLong(PlannedSize::rows).sum();
    List<KnownPictures> known =
        methods.stream()
            .flatMap(method -> rule.flatMap(one -> known(one, method, pictures)).stream())
            .toList();
    long visual = known.stream().mapToLong(KnownPictures::tokens).sum();
    long all = times * methods.size();
    return new PaidTokens(
        model,
        server,
        all * questions,
        all * ((bytes + BYTES - 1) / BYTES),
        shown == 0 || known.size() == methods.size() ? (Long) (times * visual) : null,
        times * (shown - known.stream().mapToLong(KnownPictures::rows).sum()),
        limited ? all * limits : null);
  }

  /** Pictures whose tokens under a method are known: how many rows have them, and all tokens. */
  private record KnownPictures(long rows, long tokens) {}

  private static Optional<KnownPictures> known(
      ServedRule rule, TokenReducer method, List<PlannedSize> pictures) {
    if (rule instanceof CheckpointRule checkpoint && method.spec().equals(MethodSpec.NONE)) {
      List<PictureKind> kinds = SeenPictures.of(checkpoint.config(), pictures).kinds();
      return Optional.of(
          new KnownPictures(
              kinds.stream().mapToLong(PictureKind::rows).sum(),
              kinds.stream()
                  .mapToLong(kind -> kind.rows() * kind.example().look().tokens())
                  .sum()));
    }
    return ServedRule.expecting(Optional.of(rule))
        .apply(method.request().orElse(RequestFields.NONE))
        .map(
            tokens -> {
              long rows = 0;
              long sum = 0;
              for (PlannedSize size : pictures) {
                OptionalInt visual = visual(tokens, method, size);
                rows += visual.isPresent() ? size.rows() : 0;
                sum += size.rows() * visual.orElse(0);
              }
              return new KnownPictures(rows, sum);
            });
  }

  /** Returns the tokens of a prompt's pictures, all as large as the first one. */
  private static OptionalInt visual(TokenRule rule, TokenReducer method, PlannedSize size) {
    if (size.width() == 0 || size.frames() > 0) {
      return OptionalInt.empty();
    }
    Resolution sent = method.sent(new Resolution(size.height(), size.width()));
    try {
      return OptionalInt.of(size.images() * rule.of(sent.width(), sent.height()).visual());
    } catch (IllegalArgumentException e) { // a size that the model refuses
      return OptionalInt.empty();
    }
  }

  /** Returns the estimate in a sentence. */
  public String sentence() {
    return Text.format(
        "Tokens to pay to %s, estimated, of %s: about %,d of text (%d bytes a token, without the"
            + " server's template); %s; %s",
        server,
        Texts.count(requests, "request"),
        textTokens,
        BYTES,
        visual(),
        mostAnswerTokens == null
            ? "of answers as many as the server's own limit allows, since some questions have none"
            : Text.format("at most %,d of answers", mostAnswerTokens));
  }

  private String visual() {
    if (visualTokens == null) {
      return Text.format(
          "those of the pictures in %s are not known, since no checkpoint of the model's name is"
              + " here (a folder, or in Hugging Face's cache) whose rule would say, and no"
              + " published rule has its budgets",
          Texts.count(unknownPictures, "request"));
    }
    String known = Text.format("%,d of pictures", visualTokens);
    return unknownPictures == 0
        ? known
        : Text.format(
            "%s, those in %s not counted: their sizes are not known, or the model takes no such",
            known, Texts.count(unknownPictures, "request"));
  }
}
