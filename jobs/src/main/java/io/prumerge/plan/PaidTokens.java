package io.prumerge.plan;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.Texts;
import io.prumerge.endpoint.Endpoint;
import io.prumerge.lang.Text;
import io.prumerge.location.HubCache;
import io.prumerge.location.HubKind;
import io.prumerge.location.HubName;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.video.ChosenFrames;
import io.prumerge.video.FrameProtocol;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

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
                                times(plan, model, endpoint),
                                plan.maxNewTokens(),
                                model.ownMethods().equals(List.of(MethodSpec.NONE))
                                    ? config(endpoint.name())
                                    : Optional.empty())))
        .toList();
  }

  /** Returns how often one server is asked each question. */
  private static long times(RunPlan plan, ModelPlan model, Endpoint endpoint) {
    boolean own = model.endpoint().filter(endpoint::equals).isPresent();
    long labels =
        model.servers().stream().filter(server -> server.endpoint().equals(endpoint)).count();
    return (1L + plan.repeats()) * ((own ? model.ownMethods().size() : 0) + labels);
  }

  /**
   * Returns the estimate of one server.
   *
   * @param times how often all is asked
   * @param limit new tokens of each answer, in place of the questions' own
   * @param config of the served model, if it is known
   */
  public static PaidTokens of(
      String model,
      String server,
      List<SentQuestions> sent,
      long times,
      OptionalInt limit,
      Optional<LlavaConfig> config) {
    long questions = sent.stream().mapToLong(SentQuestions::questions).sum();
    long bytes = sent.stream().mapToLong(SentQuestions::bytes).sum();
    boolean limited = limit.isPresent() || sent.stream().allMatch(one -> one.unlimited() == 0);
    long limits =
        limit.isPresent()
            ? questions * limit.getAsInt()
            : sent.stream().mapToLong(SentQuestions::limits).sum();
    List<PlannedSize> pictures =
        sent.stream().map(SentQuestions::size).filter(size -> size.images() > 0).toList();
    Optional<SeenPictures> seen = config.map(one -> SeenPictures.of(one, pictures));
    long shown = pictures.stream().mapToLong(PlannedSize::rows).sum();
    long known =
        seen.stream().flatMap(all -> all.kinds().stream()).mapToLong(PictureKind::rows).sum();
    Optional<Long> visual =
        seen.map(
            all ->
                all.kinds().stream()
                    .mapToLong(kind -> kind.rows() * kind.example().look().tokens())
                    .sum());
    return new PaidTokens(
        model,
        server,
        times * questions,
        times * ((bytes + BYTES - 1) / BYTES),
        shown == 0 ? (Long) 0L : visual.map(tokens -> times * tokens).orElse(null),
        times * (shown - known),
        limited ? times * limits : null);
  }

  /**
   * Returns the configuration of the checkpoint that an endpoint names: of a folder here, as some
   * servers call their models, or of the model's files in Hugging Face's cache.
   */
  private static Optional<LlavaConfig> config(String name) {
    try {
      Optional<Path> folder =
          HubName.read(HubKind.MODEL, name)
              .map(HubCache.ofEnvironment()::snapshot)
              .orElseGet(() -> Optional.of(Path.of(name)));
      return folder.map(path -> Checkpoint.configuration(ModelFolders.of(path)));
    } catch (CheckpointException | IllegalArgumentException e) { // it is of another kind, or none
      return Optional.empty();
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
              + " here (a folder, or in Hugging Face's cache) whose rule would say",
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
