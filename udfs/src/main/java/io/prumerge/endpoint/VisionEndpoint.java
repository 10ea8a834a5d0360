package io.prumerge.endpoint;

import io.prumerge.engine.ErrorKind;
import io.prumerge.engine.Question;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.Visual;
import io.prumerge.lang.Text;
import io.prumerge.reduction.RequestFields;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.PromptException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;

/**
 * Asks an endpoint's model questions about pictures and videos, each in a request of its own. The
 * prompt's template and the preprocessing are the server's. Thread-safe.
 */
public final class VisionEndpoint {

  /** Failures after which no question has an answer. */
  private static final Set<ChatErrorKind> FATAL =
      Set.of(ChatErrorKind.SERVICE_REFUSED, ChatErrorKind.UNREACHABLE);

  private static final int REASON_LENGTH = 40;

  // LLaVA-1.5's own side: small, and no server's least size is above it.
  private static final int PROBE_SIDE = 336;
  private static final int PROBE_TOKENS = 16;

  // Of visual tokens, as a share of what more frames would make; a newline or a last pair moves it.
  private static final double LEAST_GROWTH = 0.85;

  private final Endpoint endpoint;
  private final VideoAs videoAs;
  private final ChatService service;

  /**
   * @param videoAs how it is sent videos
   * @throws IllegalArgumentException if the key would be sent without encryption
   */
  public VisionEndpoint(
      Endpoint endpoint, VideoAs videoAs, Optional<ApiKey> key, Patience patience) {
    this.endpoint = endpoint;
    this.videoAs = videoAs;
    try {
      this.service = new ChatService(endpoint.address(), endpoint.name(), 0, key, patience);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(Text.format("'%s' %s", endpoint, e.getMessage()), e);
    }
  }

  /**
   * Answers questions about one picture or video, or about several at once, one question after
   * another.
   *
   * @param visuals none without a picture
   * @param method how pictures are sent, and what else the requests say of them
   * @return an answer for each question
   * @throws EndpointException if the endpoint answers no question at all
   * @throws CancellationException if the thread is interrupted
   */
  public List<EndpointAnswer> answers(
      List<Visual> visuals, List<Question> questions, TokenReducer method) {
    SentVisuals sent = sent(visuals, method);
    return questions.stream().map(question -> answer(sent, question, method)).toList();
  }

  private SentVisuals sent(List<Visual> visuals, TokenReducer method) {
    return SentVisuals.of(visuals, videoAs, method.pictureCopy());
  }

  private EndpointAnswer answer(SentVisuals sent, Question question, TokenReducer method) {
    Optional<String> refusal = refusal(sent, question);
    if (refusal.isPresent()) {
      return EndpointAnswer.unsent(refusal.get());
    }
    try {
      return answer(service.reply(request(sent, question, method)), sent.uris().isEmpty());
    } catch (ChatException e) {
      if (FATAL.contains(e.kind())) {
        throw fatal(e);
      }
      return EndpointAnswer.failed(ErrorKind.ENDPOINT_FAILED.with(said(e)), e.tries());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Returns why a question can't be sent; empty if it can. */
  private static Optional<String> refusal(SentVisuals sent, Question question) {
    if (sent.error().isPresent()) {
      return sent.error();
    }
    if (question.prompt().isBlank()) {
      return Optional.of(ErrorKind.PROMPT_EMPTY.with("the question has no text"));
    }
    if (question.refusal().isPresent()) {
      return question.refusal();
    }
    int places = ConversationTemplate.aroundImages(question.prompt()).size() - 1;
    return places == 0 || places == sent.uris().size()
        ? Optional.empty()
        : Optional.of(
            ErrorKind.PROMPT_PLACEHOLDER.with(
                PromptException.places(
                    ConversationTemplate.IMAGE_TOKEN, places, sent.uris().size())));
  }

  private static ChatRequest request(SentVisuals sent, Question question, TokenReducer method) {
    return new ChatRequest(
        "",
        sent.all(),
        sent.placed(question.prompt()),
        method.request().orElse(RequestFields.NONE),
        0.0,
        question.maxNewTokens());
  }

  /**
   * Makes the request of one question, so that {@link #stream} has no more to do than to send it. A
   * request from before {@link #probeStream} may be of a form that the service doesn't take.
   *
   * @param visuals none without a picture
   * @param method as for {@link #answers}
   */
  public PreparedQuestion prepared(List<Visual> visuals, Question question, TokenReducer method) {
    SentVisuals sent = sent(visuals, method);
    return refusal(sent, question)
        .map(PreparedQuestion::unsendable)
        .orElseGet(
            () ->
                PreparedQuestion.of(
                    service.streamed(request(sent, question, method)), sent.uris().isEmpty()));
  }

  /**
   * Asks a question once, for an answer that is streamed: what {@link #answers} would ask again, or
   * end with, is this question's error. No thread waits for the answer.
   *
   * @return the answer, also where it is an error; it never fails. Cancelling it, or a future that
   *     is derived from it, gives the request up and closes its connection
   */
  public CompletableFuture<StreamedAnswer> stream(PreparedQuestion question) {
    return question
        .error()
        .map(error -> CompletableFuture.completedFuture(StreamedAnswer.unsent(error)))
        .orElseGet(
            () ->
                service.stream(question.body())
                    .thenApply(reply -> answer(reply, question.textOnly())));
  }

  private StreamedAnswer answer(StreamedReply reply, boolean textOnly) {
    EndpointAnswer answer =
        reply
            .reply()
            .map(whole -> answer(whole, textOnly))
            .orElseGet(
                () ->
                    EndpointAnswer.failed(
                        ErrorKind.ENDPOINT_FAILED.with(said(reply.error().orElseThrow())), 1));
    return new StreamedAnswer(
        answer,
        reply.reply().map(ChatReply::cachedTokens).orElse(OptionalInt.empty()),
        reply.reply().map(ChatReply::shownTokens).orElse(OptionalInt.empty()),
        reply.sent(),
        reply.chunks(),
        reply.end());
  }

  private EndpointAnswer answer(ChatReply reply, boolean textOnly) {
    String reason =
        switch (reply.finishReason()) {
          case "stop" -> "eos";
          case "length" -> "length";
          default -> null;
        };
    if (reason == null) {
      String given = reply.finishReason();
      return EndpointAnswer.failed(
          ErrorKind.ENDPOINT_FAILED.with(
              Text.format(
                  "The endpoint %s ended its answer with finish_reason '%s', which is neither stop"
                      + " nor length",
                  endpoint, given.substring(0, Math.min(REASON_LENGTH, given.length())))),
          reply.tries());
    }
    return new EndpointAnswer(
        reply.text().strip(),
        reason,
        reply.promptTokens(),
        visualTokens(reply, textOnly),
        reply.generatedTokens(),
        reply.millis(),
        reply.tries(),
        Optional.empty());
  }

  // Some state 0 where they do not know.
  private static OptionalInt visualTokens(ChatReply reply, boolean textOnly) {
    return reply.visualTokens().orElse(0) > 0 || textOnly
        ? reply.visualTokens()
        : OptionalInt.empty();
  }

  /**
   * Asks one question about a black picture, to find out what would be wrong with every question.
   *
   * @throws EndpointException if there is no answer
   * @throws CancellationException if the thread is interrupted
   */
  public void probe() {
    probe(ofBlackPicture(), false);
  }

  /**
   * Asks as {@link #probe} does, but for a stream, and finds out how the endpoint takes requests
   * for streams; to be called before they are {@link #prepared}.
   *
   * @throws EndpointException if there is no answer
   * @throws CancellationException if the thread is interrupted
   */
  public void probeStream() {
    probe(ofBlackPicture(), true);
  }

  private ChatRequest ofBlackPicture() {
    return new ChatRequest(
        "",
        SentVisuals.of(List.of(new Visual.Picture(black("png"))), videoAs, Optional.empty()).all(),
        "What is in the picture?",
        RequestFields.NONE,
        0.0,
        PROBE_TOKENS);
  }

  /**
   * Asks for one token about pictures, to find out how many tokens the service counts. Where it
   * counts none, it is asked for a stream, at whose end some do.
   *
   * @param visuals none to count the words alone
   * @param method as for {@link #answers}
   * @throws EndpointException if the endpoint answers no question at all
   * @throws CancellationException if the thread is interrupted
   */
  public CountedPrompt counted(List<Visual> visuals, String words, TokenReducer method) {
    String text =
        visuals.isEmpty() ? String.join("", ConversationTemplate.aroundImages(words)) : words;
    ChatRequest request = request(sent(visuals, method), new Question(text, 1), method);
    try {
      ChatReply reply = service.reply(request);
      if (reply.promptTokens().isEmpty()) {
        reply = service.replyInStream(request);
      }
      return new CountedPrompt(
          reply.promptTokens(), visualTokens(reply, visuals.isEmpty()), Optional.empty());
    } catch (ChatException e) {
      if (FATAL.contains(e.kind())) {
        throw fatal(e);
      }
      return new CountedPrompt(
          OptionalInt.empty(), OptionalInt.empty(), Optional.of(e.getMessage()));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  // Without a reply that has something else in the place of its text.
  private Optional<ChatReply> probe(ChatRequest request, boolean streamed) {
    try {
      return Optional.of(streamed ? service.replyInStream(request) : service.reply(request));
    } catch (ChatException e) {
      if (e.kind() == ChatErrorKind.NO_TEXT) {
        return Optional.empty();
      }
      throw fatal(e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /**
   * Asks about black videos of two lengths, to find out whether the endpoint sees all frames: some
   * services take only so many, or make them smaller the more there are.
   *
   * @param frames of the longest video that it is going to be asked about
   * @return why its numbers of visual tokens do not fit the frames; empty if they do, or nothing is
   *     known about them
   * @throws EndpointException if there is no answer
   * @throws CancellationException if the thread is interrupted
   */
  public Optional<String> doubtOfFrames(int frames) {
    int fewer = frames / 4 * 2; // even, as some models take frames in pairs
    if (fewer == 0) {
      return Optional.empty();
    }
    OptionalInt all = videoTokens(frames);
    OptionalInt some = videoTokens(fewer);
    if (all.isEmpty() || some.isEmpty()) {
      return Optional.empty();
    }
    double grown = (double) all.getAsInt() / some.getAsInt();
    return grown >= LEAST_GROWTH * frames / fewer
        ? Optional.empty()
        : Optional.of(
            Text.format(
                "The endpoint %s counts %d visual tokens for a video of %d frames, and %d for one"
                    + " of %d: it does not see all frames, or sees them smaller",
                endpoint, all.getAsInt(), frames, some.getAsInt(), fewer));
  }

  private OptionalInt videoTokens(int frames) {
    Visual video = new Visual.Video(Collections.nCopies(frames, black("jpeg")), FrameTimes.UNKNOWN);
    ChatRequest request =
        new ChatRequest(
            "",
            SentVisuals.of(List.of(video), videoAs, Optional.empty()).all(),
            "What is in the video?",
            RequestFields.NONE,
            0.0,
            PROBE_TOKENS);
    OptionalInt tokens =
        probe(request, false).map(ChatReply::visualTokens).orElse(OptionalInt.empty());
    return tokens.orElse(0) > 0 ? tokens : OptionalInt.empty();
  }

  private static byte[] black(String format) {
    try {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      ImageIO.write(
          new BufferedImage(PROBE_SIDE, PROBE_SIDE, BufferedImage.TYPE_INT_RGB), format, file);
      return file.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write a picture to memory", e);
    }
  }

  private EndpointException fatal(ChatException e) {
    return new EndpointException(said(e));
  }

  private String said(ChatException e) {
    return Text.format("The endpoint %s %s", endpoint, e.getMessage());
  }

  private static CancellationException interrupted() {
    Thread.currentThread().interrupt();
    return new CancellationException("Interrupted while an endpoint was asked");
  }
}
