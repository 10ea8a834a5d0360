package io.prumerge.endpoint;

import io.prumerge.engine.ErrorKind;
import io.prumerge.engine.Question;
import io.prumerge.image.ImageDecoder;
import io.prumerge.image.ImageErrorKind;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageLimits;
import io.prumerge.image.Visual;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.PromptException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageIO;

/**
 * Asks an endpoint's model questions about pictures, each in a request of its own. The prompt's
 * template and the preprocessing are the server's. Thread-safe.
 */
public final class VisionEndpoint {

  /** Failures after which no question has an answer. */
  private static final Set<ChatErrorKind> FATAL =
      Set.of(ChatErrorKind.SERVICE_REFUSED, ChatErrorKind.UNREACHABLE);

  private static final int REASON_LENGTH = 40;

  // LLaVA-1.5's own side: small, and no server's least size is above it.
  private static final int PROBE_SIDE = 336;
  private static final int PROBE_TOKENS = 16;

  private final Endpoint endpoint;
  private final ChatService service;

  /**
   * @throws IllegalArgumentException if the key would be sent without encryption
   */
  public VisionEndpoint(Endpoint endpoint, Optional<ApiKey> key, Patience patience) {
    this.endpoint = endpoint;
    try {
      this.service = new ChatService(endpoint.address(), endpoint.name(), 0, key, patience);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "'%s' %s", endpoint, e.getMessage()), e);
    }
  }

  /**
   * Answers questions about one picture, or about several at once, one question after another.
   *
   * @param visuals none without a picture; videos are refused
   * @return an answer for each question
   * @throws EndpointException if the endpoint answers no question at all
   * @throws CancellationException if the thread is interrupted
   */
  public List<EndpointAnswer> answers(List<Visual> visuals, List<Question> questions) {
    Pictures pictures = Pictures.of(visuals);
    return questions.stream().map(question -> answer(pictures, question)).toList();
  }

  EndpointAnswer answer(Pictures pictures, Question question) {
    if (pictures.error().isPresent()) {
      return EndpointAnswer.unsent(pictures.error().get());
    }
    if (question.prompt().isBlank()) {
      return EndpointAnswer.unsent(ErrorKind.PROMPT_EMPTY.with("the question has no text"));
    }
    if (question.refusal().isPresent()) {
      return EndpointAnswer.unsent(question.refusal().get());
    }
    int places = ConversationTemplate.aroundImages(question.prompt()).size() - 1;
    if (places > 0 && places != pictures.uris().size()) {
      return EndpointAnswer.unsent(
          ErrorKind.PROMPT_PLACEHOLDER.with(
              PromptException.places(
                  ConversationTemplate.IMAGE_TOKEN, places, pictures.uris().size())));
    }
    try {
      return answer(
          service.reply(
              new ChatRequest(
                  "", pictures.uris(), question.prompt(), 0.0, question.maxNewTokens())),
          pictures.uris().isEmpty());
    } catch (ChatException e) {
      if (FATAL.contains(e.kind())) {
        throw fatal(e);
      }
      return EndpointAnswer.failed(ErrorKind.ENDPOINT_FAILED.with(said(e)), e.tries());
    } catch (InterruptedException e) {
      throw interrupted();
    }
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
              String.format(
                  Locale.ROOT,
                  "The endpoint %s ended its answer with finish_reason '%s', which is neither stop"
                      + " nor length",
                  endpoint,
                  given.substring(0, Math.min(REASON_LENGTH, given.length())))),
          reply.tries());
    }
    return new EndpointAnswer(
        reply.text().strip(),
        reason,
        reply.promptTokens(),
        reply.imageTokens().orElse(0) > 0 || textOnly ? reply.imageTokens() : OptionalInt.empty(),
        reply.generatedTokens(),
        reply.millis(),
        reply.tries(),
        Optional.empty());
  }

  /**
   * Asks one question about a black picture, to find out what would be wrong with every question.
   *
   * @throws EndpointException if there is no answer
   * @throws CancellationException if the thread is interrupted
   */
  public void probe() {
    ChatRequest request =
        new ChatRequest(
            "",
            Pictures.of(List.of(new Visual.Picture(black()))).uris(),
            "What is in the picture?",
            0.0,
            PROBE_TOKENS);
    try {
      service.reply(request);
    } catch (ChatException e) {
      if (e.kind()
          != ChatErrorKind.NO_TEXT) { // of a model that thinks first, and had too few tokens
        throw fatal(e);
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static byte[] black() {
    try {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(
          new BufferedImage(PROBE_SIDE, PROBE_SIDE, BufferedImage.TYPE_INT_RGB), "png", png);
      return png.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write a picture to memory", e);
    }
  }

  private EndpointException fatal(ChatException e) {
    return new EndpointException(said(e));
  }

  private String said(ChatException e) {
    return String.format(Locale.ROOT, "The endpoint %s %s", endpoint, e.getMessage());
  }

  private static CancellationException interrupted() {
    Thread.currentThread().interrupt();
    return new CancellationException("Interrupted while an endpoint was asked");
  }

  /**
   * A prompt's pictures as requests hold them. They are decoded as for our own models first, so
   * that what is no picture never leaves this machine and has the same error as there.
   *
   * @param uris each file's own bytes as a {@code data:} URI; none with an error
   * @param error why one of them is none, as in the column {@code error}
   */
  private record Pictures(List<String> uris, Optional<String> error) {

    Pictures {
      uris = List.copyOf(uris);
    }

    /**
     * Checks pictures.
     *
     * @param visuals none for a question without a picture
     */
    static Pictures of(List<Visual> visuals) {
      List<String> uris = new ArrayList<>();
      for (Visual visual : visuals) {
        try {
          if (!(visual instanceof Visual.Picture picture)) {
            throw ImageException.video(
                "Endpoints are asked about pictures only; ask a model of your own about videos");
          }
          uris.add(uri(picture.encoded()));
        } catch (ImageException e) {
          ImageException one = e.of(uris.size() + 1, visuals.size());
          return new Pictures(List.of(), Optional.of(ErrorKind.of(one)));
        }
      }
      return new Pictures(uris, Optional.empty());
    }

    private static String uri(byte[] file) throws ImageException {
      try {
        ImageDecoder.decode(file, ImageLimits.DEFAULT);
      } catch (ImageException e) {
        // The server's decoder makes the pixels, whatever this Java's would make.
        if (e.kind() != ImageErrorKind.IMAGE_INEXACT) {
          throw e;
        }
      }
      String format = ImageDecoder.probe(file, ImageLimits.DEFAULT).format().name();
      return "data:image/"
          + format.toLowerCase(Locale.ROOT)
          + ";base64,"
          + Base64.getEncoder().encodeToString(file);
    }
  }
}
