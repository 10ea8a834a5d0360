package io.prumerge.load.server;

import io.prumerge.endpoint.EndpointAnswer;
import io.prumerge.endpoint.PreparedQuestion;
import io.prumerge.endpoint.StreamedAnswer;
import io.prumerge.endpoint.VisionEndpoint;
import io.prumerge.load.generate.LoadReply;
import io.prumerge.load.generate.LoadServer;
import io.prumerge.reduction.TokenReducer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server behind an endpoint. A question's request is made once, and kept for further points while
 * all that are kept take no more than a quarter of this process's memory; the others are made again
 * ahead of each sending.
 */
final class EndpointUnderLoad implements LoadServer {

  private static final int SHARE_OF_MEMORY = 4;

  private final VisionEndpoint endpoint;
  private final LoadQuestions questions;
  private final TokenReducer method;
  private final long most = Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY;
  private final AtomicLong bytes = new AtomicLong();
  private final Map<Integer, PreparedQuestion> kept = new ConcurrentHashMap<>();
  private final Map<Integer, PreparedQuestion> ahead = new ConcurrentHashMap<>();

  EndpointUnderLoad(VisionEndpoint endpoint, LoadQuestions questions, TokenReducer method) {
    this.endpoint = endpoint;
    this.questions = questions;
    this.method = method;
  }

  @Override
  public void make(int question) {
    if (kept.containsKey(question)) {
      return;
    }
    PreparedQuestion made = prepared(question);
    if (bytes.addAndGet(made.size()) <= most) {
      kept.put(question, made);
    } else {
      bytes.addAndGet(-made.size());
      ahead.put(question, made);
    }
  }

  private PreparedQuestion prepared(int question) {
    try {
      return endpoint.prepared(questions.visuals(question), questions.asked(question), method);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read a picture from this machine's disk", e);
    }
  }

  @Override
  public CompletableFuture<LoadReply> ask(int question) {
    PreparedQuestion made = kept.getOrDefault(question, ahead.remove(question));
    return endpoint.stream(made == null ? prepared(question) : made)
        .thenApply(EndpointUnderLoad::reply); // cancelling it closes the connection, too
  }

  @Override
  public void requireAnswering() {
    endpoint.probeStream();
  }

  private static LoadReply reply(StreamedAnswer came) {
    EndpointAnswer answer = came.answer();
    return new LoadReply(
        Optional.ofNullable(answer.text()),
        Optional.ofNullable(answer.finishReason()),
        answer.promptTokens(),
        answer.visualTokens(),
        came.cachedTokens(),
        answer.generatedTokens(),
        came.shownTokens(),
        answer.error(),
        came.chunks(),
        came.end());
  }
}
