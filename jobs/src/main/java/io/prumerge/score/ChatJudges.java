package io.prumerge.score;

import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeFactory;
import io.prumerge.benchmark.JudgeRequest;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.endpoint.ApiKey;
import io.prumerge.endpoint.ChatAddress;
import io.prumerge.endpoint.ChatException;
import io.prumerge.endpoint.ChatReply;
import io.prumerge.endpoint.ChatRequest;
import io.prumerge.endpoint.ChatService;
import io.prumerge.endpoint.Patience;
import io.prumerge.lang.Text;
import io.prumerge.location.Location;
import io.prumerge.reduction.RequestFields;
import io.prumerge.text.Thoughts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Models behind OpenAI-compatible services. */
public final class ChatJudges implements JudgeFactory {

  @Override
  public List<String> schemes() {
    return List.of("http", "https");
  }

  @Override
  public void check(String address) {
    ChatJudge.checked(address, ApiKey.ofEnvironment());
  }

  @Override
  public Judge open(String address, String model) {
    Optional<ApiKey> key = ApiKey.ofEnvironment();
    return new ChatJudge(ChatJudge.checked(address, key), model, key);
  }

  /** A judge behind an OpenAI-compatible service. */
  static final class ChatJudge implements Judge {

    /** A newer model's limit also counts the tokens that it thinks before it grades. */
    private static final int THOUGHTS = 4096;

    private final ChatAddress address;
    private final ChatService service;

    /**
     * @param address that was {@link #checked}
     * @param key bearer token; empty = no token
     */
    ChatJudge(ChatAddress address, String model, Optional<ApiKey> key) {
      this(address, model, key, Patience.JUDGE);
    }

    ChatJudge(ChatAddress address, String model, Optional<ApiKey> key, Patience patience) {
      this.address = address;
      this.service = new ChatService(address, model, THOUGHTS, key, patience);
    }

    /**
     * Returns the address of the service.
     *
     * @param key that would be sent there
     * @throws UsageException if it is none, or the key would be sent without encryption; the
     *     message shows no password and no query
     */
    static ChatAddress checked(String text, Optional<ApiKey> key) {
      try {
        ChatAddress address = ChatAddress.of(text);
        address.requireSafe(key);
        return address;
      } catch (IllegalArgumentException e) {
        throw new UsageException(
            Wording.of("%s %s %s", Setting.JUDGE, Location.shown(text), e.getMessage()), e);
      }
    }

    @Override
    public String reply(JudgeRequest request) throws IOException {
      try {
        return words(
            service.reply(
                new ChatRequest(
                    request.system(),
                    List.of(),
                    request.user(),
                    RequestFields.NONE,
                    request.temperature(),
                    request.maxTokens())));
      } catch (ChatException e) {
        String message = Text.format("The judge at %s %s", address, e.getMessage());
        switch (e.kind()) {
          case REQUEST_REFUSED, UNUSABLE_ANSWER, NO_TEXT -> throw new JudgeRefusal(message);
          case TRIES_EXHAUSTED, UNREACHABLE -> throw new IOException(message, e);
          case SERVICE_REFUSED -> throw new Failure(message);
        }
        throw new IllegalStateException(message, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Failure("Interrupted while the judge was asked");
      }
    }

    /**
     * Returns the words after a thought, which holds grades of its own.
     *
     * @throws JudgeRefusal if there are none, as the judge thought until the limit of its tokens
     */
    private String words(ChatReply reply) throws JudgeRefusal {
      String words = Thoughts.answer(reply.text());
      if (words.isBlank() && reply.isCut()) {
        throw new JudgeRefusal(
            Text.format(
                "The judge at %s used all of its tokens before it said a word of its reply: it"
                    + " thinks too long",
                address));
      }
      return words;
    }
  }

  /** A judge's reply without a grade; another request would not help. */
  private static final class JudgeRefusal extends IOException {

    private static final long serialVersionUID = 1L;

    JudgeRefusal(String message) {
      super(message);
    }
  }
}
